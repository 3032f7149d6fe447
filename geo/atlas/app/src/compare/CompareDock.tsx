// Two territories side by side: their maps, then their numbers.
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { CSV_EXCEL, downloadCsv } from "../takeaway/files";
import { useApp, useView } from "../ui/app";
import { CompareTable } from "./CompareTable";
import { Pick } from "./Picks";
import { isHere, modeOf, nameOf, otherOf, otherWritten, type Mode } from "./rows";
import { SmallMap } from "./SmallMap";
import { tableOf } from "./take";

const MODES: readonly (readonly [Mode, string])[] = [["hab", "Par habitant"], ["km2", "Par km²"], ["", "Valeurs"]];

export function CompareDock(): JSX.Element {
  const { atlas, store } = useApp();
  const view = useView();
  const mode = modeOf(view);
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);
  const other = otherOf(view, atlas);
  const codes = [view.territory, other] as const;
  const close = (): void => {
    store.set({ dock: "" });
    document.querySelector<HTMLElement>(".scene .leaflet-container")?.focus();
  };
  return (
    <section class="dock comparer" aria-labelledby="comparer-titre">
      <header>
        <h2 id="comparer-titre" ref={title} tabIndex={-1}>Comparer deux territoires</h2>
        <button type="button" class="fermer" aria-label="Fermer la comparaison" onClick={close}>×</button>
      </header>
      <div class="paire">
        <Pick id="comparer-a" label="Premier territoire" code={view.territory} avoid={other} all={false} choose={(territory) => store.set({ territory, other: otherWritten(other, mode) })} />
        <button type="button" class="inverser" disabled={!isHere(atlas, other)} aria-label="Inverser les deux territoires" title="Inverser"
          onClick={() => store.set({ territory: other, other: otherWritten(view.territory, mode) })}>⇄</button>
        <Pick id="comparer-b" label="Second territoire" code={other} avoid={view.territory} all choose={(code) => store.set({ other: otherWritten(code, mode) })} />
      </div>
      {codes.every((code) => isHere(atlas, code)) && (
        <div class="cartes">{codes.map((code) => <SmallMap key={code} code={code} name={nameOf(atlas, code)} />)}</div>
      )}
      <fieldset class="modes">
        <legend class="cache">Chiffres comparés</legend>
        {MODES.map(([value, label]) => (
          <label key={value}><input type="radio" name="comparer-mode" checked={mode === value} onChange={() => store.set({ other: otherWritten(view.other.split("~")[0]!, value) })} />{label}</label>
        ))}
      </fieldset>
      <p class="petit">{NOTES[mode]}</p>
      <CompareTable codes={codes} mode={mode} />
      <Actions codes={codes} />
    </section>
  );
}

const NOTES: Record<Mode, string> = {
  hab: "Pour 1\u202f000\u00a0habitants\u202f; les euros pour un habitant, les parts en\u00a0%.",
  km2: "Pour un km²\u202f; les parts en\u00a0%.",
  "": "Chaque valeur entière, avec son rang parmi les EPCI.",
};

function Actions({ codes }: { codes: readonly [string, string] }): JSX.Element {
  const { atlas, say } = useApp();
  const name = `Comparaison ${codes.map((code) => nameOf(atlas, code)).join(" et ")}`;
  const away = codes[1];
  const page = isHere(atlas, away) ? "" : atlas.data.pages[away];
  const take = (): void => {
    const { header, rows } = tableOf(atlas, codes);
    downloadCsv(`${name} ${atlas.data.date}`, header, rows, CSV_EXCEL);
    say(`${name} dans un fichier CSV.`);
  };
  return (
    <div class="actions">
      {page && <p>Les sources de ces chiffres sont sur <a href={page}>{`la page «\u00a0${nameOf(atlas, away)}\u00a0»`}</a>.</p>}
      <button type="button" class="lien" onClick={take}>Emporter ce tableau (CSV tableur)</button>
    </div>
  );
}
