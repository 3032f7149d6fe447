// The meeting: full screen, large type, views one after another.
import type { JSX } from "preact";
import type { Command } from "../ui/app";
import { useSignal } from "../ui/signal";
import { Chooser } from "./Chooser";
import { show } from "./show";
import { Stage } from "./Stage";

export const commands: Command[] = [
  {
    id: "presenter", label: "Présenter", menu: "outils", key: "v",
    run: ({ ask }) => ask({ title: "Présenter", sub: "Plein écran, en grands caractères, une vue après l’autre", body: <Chooser /> }),
  },
];

export function PresentBar(): JSX.Element | null {
  const current = useSignal(show);
  return current && current.at >= 0 ? <Stage show={current} /> : null;
}
