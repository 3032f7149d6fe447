// What the map draws, from the ground up.
import type { Painter } from "../pass";
import { chosen } from "./chosen";
import { extents } from "./extents";
import { communes, land, limits, mask } from "./ground";
import { lines } from "./lines";
import { names as last, towns } from "./names";
import { surfaces } from "./surfaces";
import { swarm } from "./swarm";
import { symbols } from "./symbols";

export const ground: Painter[] = [land, mask, communes, limits];
export const features: Painter[] = [surfaces, extents, lines, swarm, chosen, symbols];
export const names: Painter[] = [towns, last];
