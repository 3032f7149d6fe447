// Two territories side by side.
import type { Command } from "../ui/app";

export { CompareDock } from "./CompareDock";

export const commands: readonly Command[] = [
  {
    id: "comparer",
    label: "Comparer deux territoires",
    menu: "outils",
    key: "c",
    run: ({ store }) => store.set(store.view.dock === "comparer" && !store.view.selection ? { dock: "" } : { dock: "comparer", selection: "" }),
  },
];
