// The filters: what they leave is told, and all are cleared at once.
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { NO_FILTER, isSet, type Filters as Set } from "../state/view";
import { useApp, useView } from "../ui/app";
import { Fold } from "../ui/fold";
import { number, plural } from "../ui/text";
import { Amount } from "./Amount";
import { Choices } from "./Choices";
import { TITLES, kindsOf } from "./facets";
import { Period } from "./Period";

export function Filters(): JSX.Element | null {
  const { atlas, store } = useApp();
  const { filters } = useView();
  const kinds = useMemo(() => kindsOf(atlas), [atlas]);
  if (!kinds.length) return null;
  return (
    <section class="filtres" id="filtres" tabIndex={-1} aria-labelledby="titre-filtres">
      <h2 id="titre-filtres">
        Filtres
        {kinds.some((kind) => isSet(filters, kind)) && <button type="button" class="lien" onClick={() => store.set({ filters: NO_FILTER })}>Effacer tous les filtres</button>}
      </h2>
      <Left />
      {kinds.map((kind) => (
        <Fold key={kind} class="filtre" name={kind} open={isSet(filters, kind)}
          summary={<>{TITLES[kind]}{isSet(filters, kind) && <span class="pose">{told(filters, kind)}</span>}</>}>
          {() => (kind === "periode" ? <Period /> : kind === "euros" ? <Amount /> : <Choices kind={kind} />)}
        </Fold>
      ))}
    </section>
  );
}

function told(filters: Set, kind: keyof Set): string {
  const value = filters[kind];
  return Array.isArray(value) && kind !== "periode" && kind !== "euros" ? plural(value.length, "choix", "choix") : "réglé";
}

// What the filters leave of the features that the layers would show here.
export function Left(): JSX.Element {
  const { store } = useApp();
  const view = useView();
  const all = store.select.inLayers(view).length;
  const left = store.select.shown(view).length;
  return (
    <p class="reste" role="status">
      {!store.select.isFiltered(view) ? <>Aucun filtre{"\u00a0"}: {plural(all, "élément")} dans les couches montrées.</>
        : left ? <><b>{plural(left, "élément")}</b> sur {number(all)} dans les couches montrées.</>
        : <><b>Aucun élément</b> sur {number(all)}{"\u00a0"}: ces filtres ne laissent rien dans ce territoire.</>}
    </p>
  );
}
