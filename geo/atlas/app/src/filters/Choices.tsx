// A filter by values: each with how many features it leaves, given the other filters.
import type { JSX } from "preact";
import { useApp, useView } from "../ui/app";
import { number, plural } from "../ui/text";
import { choicesOf, others, tally, TITLES, type ListKind } from "./facets";

export function Choices({ kind }: { kind: ListKind }): JSX.Element {
  const { atlas, store } = useApp();
  const view = useView();
  const { filters } = view;
  const features = others(store.select.inLayers(view), filters, kind);
  const counts = tally(features, kind);
  const chosen = (value: string): boolean => (kind === "unesco" ? filters.unesco === value : filters[kind].includes(value));
  const toggle = (value: string): void => {
    if (kind === "unesco") {
      store.set({ filters: { ...filters, unesco: filters.unesco === value ? "" : (value as "oui" | "non") } });
    } else {
      const values = chosen(value) ? filters[kind].filter((v) => v !== value) : [...filters[kind], value];
      store.set({ filters: { ...filters, [kind]: values } });
    }
  };
  const silent = kind === "statuts" || kind === "precisions" ? 0 : features.filter((e) => !e[kind].length).length;
  return (
    <fieldset>
      <legend class="cache">{TITLES[kind]}</legend>
      {choicesOf(atlas, kind).map(({ value, label }) => {
        const count = counts.get(value) ?? 0;
        return (
          <label key={value} class={count ? "choix" : "choix sans"}>
            <input type="checkbox" checked={chosen(value)} onChange={() => toggle(value)} />
            <span class="titre">{label}</span>
            <span class="compte">{count ? number(count) : "aucun"}</span>
          </label>
        );
      })}
      {silent > 0 && <p class="petit">{plural(silent, "élément")} sans cette information, non {silent > 1 ? "montrés" : "montré"} dès qu’un choix est fait.</p>}
    </fieldset>
  );
}
