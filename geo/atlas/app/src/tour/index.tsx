// A short tour on the first opening, and the list of shortcuts.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Command } from "../ui/app";
import { keep, recall } from "../ui/settings";
import { Signal, useSignal } from "../ui/signal";
import { show as presentation } from "../present/show";
import { Card } from "./Card";
import { Shortcuts } from "./Shortcuts";

const SEEN = "visite"; // tests set it too: tests/browser/conftest.py
const LATER_MS = 700; // the map is looked at first

const tour = new Signal<"" | "offered" | "asked">("");

export const commands: Command[] = [
  { id: "visite", label: "Visite guidée", menu: "aide", run: () => tour.set("asked") },
  {
    id: "raccourcis", label: "Raccourcis clavier", menu: "aide", key: "?",
    run: ({ ask }) => ask({ title: "Raccourcis clavier", body: <Shortcuts /> }),
  },
];

// Whether the tour offers itself: never again once seen, not where a link asks for a view, nor in a
// frame of another page, nor where the browser would not remember that it was seen.
export function isFirst(hash: string, framed: boolean): boolean {
  return hash.length < 2 && !framed && recall(SEEN) === null && keep(SEEN, "vue");
}

export function Tour(): JSX.Element | null {
  const state = useSignal(tour);
  const meeting = useSignal(presentation);
  useEffect(() => {
    if (!isFirst(location.hash, window.parent !== window)) return;
    const timer = window.setTimeout(() => { if (!presentation.value) tour.set("offered"); }, LATER_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <>
      <p class="cache" role="status">{state === "offered" ? "Une visite guidée en cinq étapes est ouverte. Échap la ferme." : ""}</p>
      {state && !meeting && <Card key={state} focused={state === "asked"} close={() => tour.set("")} />}
    </>
  );
}
