// The indicators of two territories, by axis and layer: each value leads to its source.
import { Fragment, type JSX } from "preact";
import { statQuestion } from "../feature/sources";
import { useApp } from "../ui/app";
import { isHere, nameOf, rowsOf, type Cell, type Mode, type Row } from "./rows";

type Codes = readonly [string, string];

export function CompareTable({ codes, mode }: { codes: Codes; mode: Mode }): JSX.Element {
  const { atlas } = useApp();
  const rows = rowsOf(atlas, codes, mode);
  const names = codes.map((code) => nameOf(atlas, code));
  if (!rows.length) return <p class="vide">Aucun chiffre à comparer.</p>;
  return (
    <table class="comparaison">
      <caption class="cache">{`${names.join(" et ")}, indicateur par indicateur`}</caption>
      <thead>
        <tr><th scope="col">Indicateur</th>{codes.map((code, n) => <th key={code} scope="col" class={n ? "b" : "a"}>{names[n]}</th>)}</tr>
      </thead>
      {atlas.data.axes.map((axis) => {
        const own = rows.filter((row) => row.axis === axis.id);
        return own.length > 0 && (
          <tbody key={axis.id} style={{ "--axe": axis.couleur }}>
            <tr class="axe"><th scope="rowgroup" colSpan={3}>{`${axis.id}. ${axis.court}`}</th></tr>
            {own.map((row, n) => (
              <Fragment key={`${row.group} ${row.measure}`}>
                {row.group !== own[n - 1]?.group && <tr class="sujet"><th scope="rowgroup" colSpan={3}>{row.subject}</th></tr>}
                <Line row={row} codes={codes} names={names} mode={mode} />
              </Fragment>
            ))}
          </tbody>
        );
      })}
    </table>
  );
}

function Line({ row, codes, names, mode }: { row: Row; codes: Codes; names: readonly string[]; mode: Mode }): JSX.Element {
  const most = Math.max(...row.cells.map((c) => c.value ?? 0));
  const alike = !row.cells.some((c) => c.wider); // bars would compare what does not
  return (
    <tr>
      <th scope="row">{row.label}{row.unit && row.unit !== "%" && <small>{row.unit}</small>}</th>
      {row.cells.map((cell, n) => (
        <td key={n} class={n ? "b" : "a"}>
          <Told row={row} cell={cell} code={codes[n]!} name={names[n]!} />
          {!mode && cell.stat?.[5] && <small>{cell.stat[5]}</small>}
          {cell.wider && <small>y compris ce qui n’est attribué à aucun EPCI</small>}
          {alike && <span class="trait" aria-hidden="true" style={{ "--part": most && cell.value ? cell.value / most : 0 }} />}
        </td>
      ))}
    </tr>
  );
}

// A value: a button to its source, or a link to the page that has it.
function Told({ row, cell, code, name }: { row: Row; cell: Cell; code: string; name: string }): JSX.Element {
  const app = useApp();
  const { stat } = cell;
  const written = row.unit === "%" && cell.value !== null ? `${cell.written}\u202f%` : cell.written;
  if (!stat) return <span class={cell.value === null ? "rien" : ""}>{written}</span>;
  const { pages } = app.atlas.data;
  const page = pages[code];
  const title = `${row.subject}, ${row.label.charAt(0).toLowerCase()}${row.label.slice(1)}`;
  if (isHere(app.atlas, code)) {
    return <button type="button" class="lien" aria-label={`${title}, ${name}\u202f: ${written}${row.unit === "%" ? "" : ` ${row.unit}`}`} onClick={() => app.ask(statQuestion(app, title, name, stat))}>{written}</button>;
  }
  return page ? <a href={page} title={`Source\u202f: page de ${name}`}>{written}</a> : <span>{written}</span>;
}
