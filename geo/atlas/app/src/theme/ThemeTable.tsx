// The table of a thematic view: territories by value, each value a button to what it is made of.
import type { JSX } from "preact";
import { statQuestion } from "../feature/sources";
import type { Stat } from "../model/data";
import { CSV_EXCEL, downloadCsv } from "../takeaway/files";
import { useApp, type App, type Question } from "../ui/app";
import { lower, valuesOf, type Shown, type Value } from "./values";

export interface Ranked extends Value { place: number } // 1 for the greatest; equals share it; 0 where nothing is known

export function ranked(values: readonly Value[]): Ranked[] {
  const known = values.filter((v) => v.value !== null).sort((a, b) => b.value! - a.value! || (a.name < b.name ? -1 : 1));
  const rows: Ranked[] = [];
  known.forEach((v, n) => rows.push({ ...v, place: n && known[n - 1]!.value === v.value ? rows[n - 1]!.place : n + 1 }));
  return [...rows, ...values.filter((v) => v.value === null).map((v) => ({ ...v, place: 0 }))];
}

export function tableQuestion(shown: Shown): Question {
  const { theme, level } = shown;
  return {
    title: theme.sujet,
    sub: theme.sorte === "taux" ? `${theme.objet}, en ${theme.unite}` : theme.titre,
    wide: true,
    body: <ThemeTable shown={shown} note={level.note} />,
  };
}

function ThemeTable({ shown, note }: { shown: Shown; note: string }): JSX.Element {
  const app = useApp();
  const { theme, by } = shown;
  const rows = ranked(valuesOf(shown, app.atlas));
  const [kind, code] = by === "epci" ? ["EPCI", "SIREN"] : ["Commune", "INSEE"];
  const title = `${theme.sujet}, ${lower(theme.titre)}`;
  const take = (): void => {
    const lines = rows.map((r) => [r.place || null, r.code, r.name, r.value, theme.unite]);
    downloadCsv(`${title} ${app.atlas.data.date}`, ["rang", code!, kind!.toLowerCase(), "valeur", "unité"], lines, CSV_EXCEL);
    app.say(`${title} dans un fichier CSV.`);
  };
  const source = (value: Value, stat: Stat): void => app.ask(withReturn(app, shown, statQuestion(app, title, value.name, stat)));
  return (
    <>
      {note && <p class="reserve">{note}</p>}
      <table class="tableau-theme">
        <caption class="cache">{`${title}, par rang`}</caption>
        <thead><tr><th scope="col">Rang</th><th scope="col">{kind}</th><th scope="col" class="nombre">Valeur</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.code}>
              <td>{row.place || "–"}</td>
              <th scope="row">{row.name}</th>
              <td class="nombre">
                {row.stat ? <button type="button" class="lien" onClick={() => source(row, row.stat!)}>{[row.written, row.stat[2]].filter(Boolean).join("\u202f")}</button> : row.written}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p><button type="button" class="lien" onClick={take}>Emporter ce tableau (CSV tableur)</button></p>
    </>
  );
}

// A question opened from the table leads back to it.
function withReturn(app: App, shown: Shown, question: Question): Question {
  return {
    ...question,
    body: <>{question.body}<p><button type="button" class="lien" onClick={() => app.ask(tableQuestion(shown))}>Revenir au tableau</button></p></>,
  };
}
