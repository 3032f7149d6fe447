// The map on a perimeter.
import { runToDegrees } from "../geometry/lambert";
import { ringsOf } from "../geometry/perimeter";
import { boxAround } from "../geometry/planar";
import type { Box } from "../model/geometry";
import type { Perimeter } from "../state/view";
import type { App } from "../ui/app";

export function boxIn(perimeter: Perimeter): Box {
  return boxAround(ringsOf(perimeter).map(runToDegrees));
}

export function frame(app: App, perimeter: Perimeter): void {
  app.map.fit(boxIn(perimeter), false);
}
