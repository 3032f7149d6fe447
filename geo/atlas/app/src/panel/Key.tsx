// The symbol of a layer beside its name, as the map draws it.
import type { JSX } from "preact";
import { Key } from "../map/legend";
import type { Couche } from "../model/data";
import { useView } from "../ui/app";

export function LayerKey({ layer }: { layer: Couche }): JSX.Element {
  return <Key of={layer} dark={useView().dark} />;
}
