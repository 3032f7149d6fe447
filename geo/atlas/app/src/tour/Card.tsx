// The card of the tour. It blocks nothing: the page is used beside it, Escape closes it.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { STEPS } from "./steps";

export function Card({ focused, close }: { focused: boolean; close: () => void }): JSX.Element {
  const [at, setAt] = useState(0);
  const title = useRef<HTMLHeadingElement>(null);
  const box = useRef<HTMLElement>(null);
  const opener = useRef(document.activeElement as HTMLElement | null);
  const step = STEPS[at]!;
  useTarget(step.target);
  useEscape(close);
  // on the first opening the focus stays where the reader is; afterwards it follows the steps
  const first = useRef(!focused);
  useLayoutEffect(() => {
    if (!first.current) title.current?.focus({ preventScroll: true });
    first.current = false;
  }, [at]);
  useLayoutEffect(() => { // what had the focus has it again
    const card = box.current!;
    return () => {
      if (card.contains(document.activeElement) || document.activeElement === document.body) giveBack(opener.current);
    };
  }, []);
  const last = at === STEPS.length - 1;
  return (
    <div class="au-pied"><section class="visite" ref={box} role="dialog" aria-modal={false} aria-labelledby="visite-titre" aria-describedby="visite-texte">
      <button type="button" class="fermer" aria-label="Fermer la visite" onClick={close}>×</button>
      <h2 id="visite-titre" ref={title} tabIndex={-1}>{step.title}</h2>
      <p id="visite-texte">{step.text}</p>
      <div class="suite-visite">
        <span class="pas">Visite, {at + 1} sur {STEPS.length}</span>
        {at > 0 && <button type="button" onClick={() => setAt(at - 1)}>Précédent</button>}
        <button type="button" class="principal" onClick={() => (last ? close() : setAt(at + 1))}>{last ? "Terminer" : "Suivant"}</button>
      </div>
    </section></div>
  );
}

function giveBack(opener: HTMLElement | null): void {
  const back = opener && opener !== document.body && opener.isConnected ? opener : document.getElementById("panneau");
  queueMicrotask(() => back?.focus({ preventScroll: true }));
}

// What the step speaks of is outlined, where it is in sight.
function useTarget(target: string): void {
  useEffect(() => {
    const menu = [...document.querySelectorAll(".menu > button")].find((button) => button.textContent === target || (button.textContent === "Menu" && !/^[#.]/.test(target)));
    const found = menu ?? (/^[#.]/.test(target) ? document.querySelector(target) : null);
    found?.classList.add("visite-cible");
    if (found && found.closest(".panneau")) found.scrollIntoView({ block: "start" });
    return () => found?.classList.remove("visite-cible");
  }, [target]);
}

function useEscape(close: () => void): void {
  useEffect(() => {
    const pressed = (e: KeyboardEvent): void => {
      if (e.key !== "Escape" || e.defaultPrevented || document.querySelector("dialog[open], [role=menu]")) return;
      e.preventDefault();
      close();
    };
    document.addEventListener("keydown", pressed, true);
    return () => document.removeEventListener("keydown", pressed, true);
  }, []);
}
