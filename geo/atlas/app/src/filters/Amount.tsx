// The amounts of a feature together: ranges with how many features they leave, or one's own bounds.
import type { JSX } from "preact";
import { useApp, useView } from "../ui/app";
import { number, plural } from "../ui/text";
import { BANDS, leftBy, others, rangeText } from "./facets";

type Bound = number | null;

export function Amount(): JSX.Element {
  const { store } = useApp();
  const view = useView();
  const { filters } = view;
  const features = others(store.select.inLayers(view), filters, "euros");
  const silent = features.filter((e) => e.euros === undefined).length;
  const [from, to] = filters.euros ?? [null, null];
  const choose = (least: Bound, most: Bound): void => {
    store.set({ filters: { ...filters, euros: least === null && most === null ? null : [least, most] } });
  };
  return (
    <fieldset class="montant">
      <legend class="cache">Montant, en millions d’euros</legend>
      {BANDS.map(([least, most]) => {
        const count = leftBy(features, { euros: [least, most] });
        const on = filters.euros !== null && from === least && to === most;
        return (
          <label key={String(least)} class={count ? "choix" : "choix sans"}>
            <input type="checkbox" checked={on} onChange={() => (on ? choose(null, null) : choose(least, most))} />
            <span class="titre">{rangeText([least, most])}</span>
            <span class="compte">{count ? number(count) : "aucun"}</span>
          </label>
        );
      })}
      <div class="bornes">
        <Millions label="De" value={from} set={(value) => choose(value, to)} />
        <Millions label="à" value={to} set={(value) => choose(from, value)} />
        <span>M€</span>
      </div>
      {filters.euros && <p class="petit">{plural(leftBy(features, { euros: filters.euros }), "élément")} dans ces bornes.</p>}
      {silent > 0 && <p class="petit">{plural(silent, "élément")} sans montant propre, non {silent > 1 ? "montrés" : "montré"} dès qu’un montant est choisi.</p>}
    </fieldset>
  );
}

// Millions of euros, as the French write them: "12,5".
export function parseMillions(text: string): Bound {
  const value = Number(text.replace(/\s/g, "").replace(",", "."));
  return text.trim() && Number.isFinite(value) && value >= 0 ? Math.round(value * 1e6) : null;
}

function Millions({ label, value, set }: { label: string; value: Bound; set(value: Bound): void }): JSX.Element {
  return (
    <label>
      {label} <input type="text" inputMode="decimal" size={6} aria-label={`${label === "De" ? "Montant minimal" : "Montant maximal"}, en millions d’euros`}
        value={value === null ? "" : number(value / 1e6, 3)} onChange={(e) => set(parseMillions(e.currentTarget.value))} />
    </label>
  );
}
