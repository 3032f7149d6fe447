// Euros by axis: bars that are the rows of a table, and beside them what is told for the whole basin only.
import type { JSX } from "preact";
import { statQuestion } from "../feature/sources";
import type { Axe, Stat } from "../model/data";
import { useApp, useView } from "../ui/app";
import { plural } from "../ui/text";

const WHOLE = "ensemble"; // code of the statistics of what is told for the whole basin, not shared out

export function Amounts(): JSX.Element | null {
  const { atlas } = useApp();
  const view = useView();
  const rows = atlas.data.axes.filter((axe) => axe.id).map((axe) => ({
    axe, own: atlas.stat(view.territory, `axe-${axe.id}`, "montant_eur"), whole: atlas.stat(WHOLE, `axe-${axe.id}`, "montant_eur"),
  }));
  const most = Math.max(...rows.map((r) => r.own?.[0] ?? 0));
  const overall = atlas.data.entites.filter((e) => atlas.covers(e, view.territory)).length;
  if (most <= 0 && !overall) return null;
  return (
    <>
      {most > 0 && <Bars title={view.territory ? "Euros attribués au territoire, par axe" : "Euros cités par le bilan, par axe"} rows={rows.map((r) => ({ axe: r.axe, stat: r.own }))} />}
      {view.territory !== "" && (
        <div class="ensemble">
          <h2>Ensemble du bassin</h2>
          <p class="petit">
            Ce que le bilan donne pour plusieurs territoires n’est pas réparti.
            {overall > 0 && <> {plural(overall, "mesure")} d’ensemble {overall > 1 ? "couvrent" : "couvre"} aussi ce territoire{"\u00a0"}: elles sont à la fin de la liste.</>}
          </p>
          {rows.some((r) => r.whole) && <Bars title="Euros non répartis, par axe (autre échelle)" rows={rows.map((r) => ({ axe: r.axe, stat: r.whole }))} whole />}
        </div>
      )}
    </>
  );
}

function Bars({ title, rows, whole = false }: { title: string; rows: { axe: Axe; stat: Stat | undefined }[]; whole?: boolean }): JSX.Element {
  const app = useApp();
  const { atlas, store } = app;
  const view = useView();
  const most = Math.max(1, ...rows.map((r) => r.stat?.[0] ?? 0));
  const place = whole ? "ensemble du bassin" : atlas.place(view.territory).court;
  const layersOf = (axe: Axe): Set<string> => new Set(atlas.data.couches.filter((c) => c.axe === axe.id && !c.inventaire).map((c) => c.id));
  const alone = (axe: Axe): boolean => {
    const own = layersOf(axe);
    return own.size === view.layers.size && [...own].every((id) => view.layers.has(id));
  };
  return (
    <table class="barres">
      <caption>{title}</caption>
      <thead class="cache"><tr><th scope="col">Axe</th><th scope="col">Part du plus grand</th><th scope="col">Montant</th></tr></thead>
      <tbody>
        {rows.map(({ axe, stat }) => (
          <tr key={axe.id} style={{ "--couleur": axe.couleur, "--part": stat ? Math.max(0.015, stat[0] / most) : 0 }}>
            <th scope="row">
              {whole ? axe.court : (
                <button type="button" class="lien" aria-pressed={alone(axe)} title={`Ne montrer que les couches de l’axe ${axe.id}, ${axe.court}`}
                  onClick={() => store.set({ layers: alone(axe) ? store.opening.layers : layersOf(axe) })}>{axe.court}</button>
              )}
            </th>
            <td class="trait" aria-hidden={true}>{stat && <span />}</td>
            <td class="valeur">
              {stat ? (
                <button type="button" data-axe={axe.id} aria-haspopup="dialog" title={stat[5]}
                  onClick={() => app.ask(statQuestion(app, `Montants de l’axe ${axe.id}, ${axe.court}`, place, stat))}>{stat[1]}</button>
              ) : <span class="petit">aucun montant propre</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
