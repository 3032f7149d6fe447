// What happens when the view changes, beyond the parts that follow it: the map is drawn again.
import type { App } from "../ui/app";
import type { View } from "../state/view";

// What changes the drawing; the camera does so by moving the map.
const KEYS: readonly (keyof View)[] = ["territory", "selection", "layers", "opacity", "filters", "theme", "ground", "perimeter", "dock", "other", "dark"];

export function follow({ store, map }: App): () => void {
  store.followAddress();
  const stop = store.subscribe((view, before) => {
    document.documentElement.classList.toggle("sombre", view.dark);
    if (KEYS.some((key) => view[key] !== before[key])) map.redraw();
  });
  document.documentElement.classList.toggle("sombre", store.view.dark);
  return stop;
}
