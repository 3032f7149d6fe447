// The filters that are set, one by one: each can be taken away, and all at once.
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { NO_FILTER } from "../state/view";
import { useApp, useView } from "../ui/app";
import { number, plural } from "../ui/text";
import { activeOf, type Active } from "./facets";

export function Chips({ brief = false }: { brief?: boolean }): JSX.Element | null {
  const { atlas, store } = useApp();
  const view = useView();
  const box = useRef<HTMLDivElement>(null);
  const active = activeOf(atlas, view.filters);
  if (!active.length) return null;
  const remove = (chip: Active, rank: number): void => {
    store.set({ filters: chip.without });
    // the keyboard stays among the chips, or goes back to the filters
    requestAnimationFrame(() => {
      const rest = box.current?.isConnected ? [...box.current.querySelectorAll<HTMLElement>("[data-puce]")] : [];
      (rest[Math.min(rank, rest.length - 1)] ?? document.getElementById("filtres"))?.focus();
    });
  };
  const all = store.select.inLayers(view).length;
  return (
    <div class="puces" ref={box} role="group" aria-label="Filtres posés">
      {brief && <b>{plural(store.select.shown(view).length, "élément")} sur {number(all)}</b>}
      {active.map((chip, i) => (
        <button key={chip.key} type="button" class="puce" data-puce={chip.key} aria-label={`Retirer le filtre ${chip.text}`} onClick={() => remove(chip, i)}>
          {chip.text} <span aria-hidden="true">×</span>
        </button>
      ))}
      <button type="button" class="lien" onClick={() => { store.set({ filters: NO_FILTER }); document.getElementById("filtres")?.focus({ preventScroll: brief }); }}>
        {brief ? "Effacer" : "Effacer tous les filtres"}
      </button>
    </div>
  );
}
