// What the shell itself lets the reader do.
import type { Command } from "../ui/app";

export const commands: readonly Command[] = [
  {
    id: "sombre",
    label: "Couleurs sombres ou claires",
    menu: "aide",
    key: "n",
    run: ({ store, say }) => {
      store.set({ dark: !store.view.dark });
      say(store.view.dark ? "Couleurs sombres, pour un projecteur ou une salle peu éclairée." : "Couleurs claires.");
    },
  },
];
