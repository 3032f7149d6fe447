// All that is shown, as a table beside the map: sorted by any column, a row leads to its feature.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Atlas } from "../model/atlas";
import type { Entite } from "../model/data";
import { useApp, useView } from "../ui/app";
import { compare, number, plural } from "../ui/text";
import { ListActions } from "./ListActions";
import { status } from "./table";

const PAGE = 200;

interface Column {
  readonly id: string;
  readonly title: string;
  readonly class?: string;
  key(feature: Entite, atlas: Atlas): string | number; // what it is sorted by; empty comes last
  text(feature: Entite, atlas: Atlas): string;
}

const word = (id: string, title: string, text: (e: Entite, atlas: Atlas) => string): Column => ({ id, title, text, key: text });

export const COLUMNS: readonly Column[] = [
  word("nom", "Nom", (e) => e.nom),
  word("couche", "Couche", (e, atlas) => atlas.layer(e).titre),
  word("ou", "Où", (e) => e.ou),
  word("statut", "Statut", status),
  { id: "periode", title: "Période", key: (e) => e.debut || e.fin, text: (e) => period(e) },
  { id: "euros", title: "Montant", class: "nombre", key: (e) => e.euros ?? "", text: (e) => (e.euros === undefined ? "" : `${number(e.euros)}\u202f€`) },
  word("precision", "Position", (e, atlas) => atlas.data.precisions[e.precision] ?? e.precision),
  { ...word("source", "Source", (e) => e.source), class: "origine" },
];

function period({ debut, fin }: Entite): string {
  const [from, to] = [debut.slice(0, 4), fin.slice(0, 4)];
  return from && to && from !== to ? `${from}–${to}` : from || to;
}

export interface Order { column: string; down: boolean }

// Features in an order; those with nothing in the column come last, whichever the way.
export function sorted(features: readonly Entite[], { column, down }: Order, atlas: Atlas): Entite[] {
  const { key } = COLUMNS.find((c) => c.id === column)!;
  const keyed = features.map((e, rank) => ({ e, rank, k: key(e, atlas) }));
  keyed.sort((a, b) => {
    if (a.k === "" || b.k === "") return Number(a.k === "") - Number(b.k === "") || a.rank - b.rank;
    const order = typeof a.k === "number" && typeof b.k === "number" ? a.k - b.k : compare(String(a.k), String(b.k));
    return (down ? -order : order) || a.rank - b.rank;
  });
  return keyed.map(({ e }) => e);
}

// The columns that say something of these features: a layer that is the same for all does not.
export function telling(features: readonly Entite[], atlas: Atlas): Column[] {
  const layers = new Set(features.map((e) => e.couche));
  return COLUMNS.filter((c) => (c.id === "couche" ? layers.size > 1 : features.some((e) => c.text(e, atlas) !== "")));
}

export function TableDock(): JSX.Element {
  const { atlas, store } = useApp();
  const view = useView();
  const [order, setOrder] = useState<Order>({ column: "nom", down: false });
  const [asked, setPage] = useState(0);
  const shown = useMemo(() => store.select.shown(view), [view.territory, view.filters, view.layers]);
  const all = useMemo(() => sorted(shown, order, atlas), [shown, order]);
  const columns = useMemo(() => telling(shown, atlas), [shown]);
  const last = Math.max(0, Math.ceil(all.length / PAGE) - 1);
  const page = Math.min(asked, last);
  const { nom } = atlas.place(view.territory);
  const sort = (column: string): void => {
    setOrder({ column, down: order.column === column && !order.down });
    setPage(0);
  };
  return (
    <section class="dock tableau" aria-labelledby="tableau-titre">
      <header>
        <h2 id="tableau-titre" tabIndex={-1}>Tableau des éléments</h2>
        <button type="button" class="fermer" aria-label="Fermer le tableau" onClick={() => store.set({ dock: "" })}>×</button>
      </header>
      <ListActions items={all} name={`${nom}, éléments`} />
      {all.length > 0 ? <Turner page={page} last={last} total={all.length} turn={setPage} /> : <p class="vide">Aucun élément : montrez une couche, changez de territoire ou de filtres.</p>}
      <div class="defile" tabIndex={0} role="group" aria-labelledby="tableau-titre">
        {all.length > 0 && <table>
          <caption>{`${nom} : ${plural(all.length, "élément montré", "éléments montrés")}`}</caption>
          <thead><tr>{columns.map((c) => <Head key={c.id} column={c} order={order} sort={sort} />)}</tr></thead>
          <tbody>{all.slice(page * PAGE, (page + 1) * PAGE).map((e) => <Row key={e.id} feature={e} columns={columns} chosen={e.id === view.selection} />)}</tbody>
        </table>}
      </div>
    </section>
  );
}

function Head({ column, order, sort }: { column: Column; order: Order; sort: (id: string) => void }): JSX.Element {
  const way = order.column !== column.id ? "none" : order.down ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={way} class={column.class ?? ""}>
      <button type="button" onClick={() => sort(column.id)}>
        {column.title}<span aria-hidden="true">{{ none: "↕", ascending: "▲", descending: "▼" }[way]}</span>
      </button>
    </th>
  );
}

function Row({ feature, columns, chosen }: { feature: Entite; columns: readonly Column[]; chosen: boolean }): JSX.Element {
  const { atlas, go } = useApp();
  const [name, ...others] = columns;
  return (
    <tr class={chosen ? "choisi" : ""}>
      <th scope="row"><button type="button" class="lien" data-entite={feature.id} onClick={() => go(feature)}>{name!.text(feature, atlas)}</button></th>
      {others.map((c) => <td key={c.id} class={c.class ?? ""}>{c.text(feature, atlas)}</td>)}
    </tr>
  );
}

function Turner({ page, last, total, turn }: { page: number; last: number; total: number; turn: (page: number) => void }): JSX.Element | null {
  if (!last) return null;
  const [from, to] = [page * PAGE + 1, Math.min(total, (page + 1) * PAGE)];
  return (
    <nav class="tourner" aria-label="Pages du tableau">
      <button type="button" disabled={!page} onClick={() => turn(page - 1)}>Précédents</button>
      <span role="status">{`${number(from)} à ${number(to)} sur ${number(total)}`}</span>
      <button type="button" disabled={page === last} onClick={() => turn(page + 1)}>Suivants</button>
    </nav>
  );
}
