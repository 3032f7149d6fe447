// The list of what is shown, layer by layer: the same features as the map, for the eyes and the keyboard.
import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Chips } from "../filters/Chips";
import type { Atlas } from "../model/atlas";
import type { Couche, Entite } from "../model/data";
import { ListActions } from "../takeaway";
import { useApp, useView } from "../ui/app";
import { Fold } from "../ui/fold";
import { Pages } from "../ui/pages";
import { number, plural } from "../ui/text";
import { LayerKey } from "./Key";
import { chosen, lineOf, ORDERS, sorted, type Order } from "./sort";

export function List(): JSX.Element {
  const { atlas, store } = useApp();
  const view = useView();
  const [order, setOrder] = useState<Order>(chosen.order);
  const choose = (wanted: Order): void => {
    chosen.order = wanted;
    setOrder(wanted);
  };
  const shown = store.select.shown(view);
  const overall = store.select.overall(view);
  const parts = useMemo(() => partsOf(atlas, shown), [atlas, shown]);
  const [measures, records] = [parts.filter((p) => !p.layer.inventaire), parts.filter((p) => p.layer.inventaire)];
  const filtered = store.select.isFiltered(view);
  const alone = view.layers.size === 1; // a list of one layer is open
  return (
    <section class="liste" id="liste" tabIndex={-1} aria-labelledby="titre-liste">
      <h2 id="titre-liste">Liste{"\u00a0"}: {plural(count(measures), "élément")}</h2>
      <Chips />
      {shown.length > 0 && <div class="outils-liste"><OrderPicker order={order} set={choose} /><ListActions items={shown} name={atlas.place(view.territory).court} /></div>}
      {!shown.length && <p class="vide">Aucun élément{"\u00a0"}: {filtered ? "effacez un filtre, " : ""}montrez une couche ou changez de territoire.</p>}
      {store.select.onlyMeasures(view) && <p class="reserve">Ces mesures portent sur des territoires entiers, hachurés sur la carte{"\u00a0"}: choisissez-en une pour voir la sienne.</p>}
      {measures.map((part) => <Block key={`${part.layer.id}:${alone}`} {...part} order={order} />)}
      {records.length > 0 && <h2>Inventaires et repères{"\u00a0"}: {plural(count(records), "objet")}</h2>}
      {records.map((part) => <Block key={`${part.layer.id}:${alone}`} {...part} order={order} />)}
      {overall.length > 0 && (
        <>
          <h2>Mesures d’ensemble</h2>
          <p class="petit">Elles couvrent aussi ce territoire, avec tout le bassin ou tout le Département{"\u00a0"}: le bilan ne les répartit pas.</p>
          <Fold class="densemble" name="densemble" summary={<Title count={overall.length}>Bassin et Départements</Title>}>{() => <Lines features={overall} order={order} />}</Fold>
        </>
      )}
    </section>
  );
}

interface Part { layer: Couche; features: Entite[] }

// The layers that have something to show, in their order, each with its features.
function partsOf({ data }: Atlas, shown: readonly Entite[]): Part[] {
  const own = new Map<string, Entite[]>(data.couches.map((c) => [c.id, []]));
  for (const feature of shown) own.get(feature.couche)!.push(feature);
  return data.couches.map((layer) => ({ layer, features: own.get(layer.id)! })).filter(({ features }) => features.length > 0);
}

function count(parts: Part[]): number {
  return parts.reduce((sum, { features }) => sum + features.length, 0);
}

function OrderPicker({ order, set }: { order: Order; set(order: Order): void }): JSX.Element {
  return (
    <label>
      Trier{" "}
      <select id="tri" value={order} onChange={(e) => set(e.currentTarget.value as Order)}>
        {ORDERS.map(({ id, label }) => <option key={id} value={id}>{label}</option>)}
      </select>
    </label>
  );
}

function Title({ count: n, children }: { count: number; children: ComponentChildren }): JSX.Element {
  return <>{children} <span class="compte">{number(n)}</span></>;
}

function Block({ layer, features, order }: Part & { order: Order }): JSX.Element {
  const view = useView();
  const title = <Title count={features.length}><span class="cle"><LayerKey layer={layer} /></span> <span class="titre">{layer.titre}</span></Title>;
  return (
    <Fold name={layer.id} open={view.layers.size === 1 || features.some((e) => e.id === view.selection)} summary={title}>
      {() => <Lines features={features} order={order} />}
    </Fold>
  );
}

function Lines({ features, order }: { features: readonly Entite[]; order: Order }): JSX.Element {
  const { go, map } = useApp();
  const { selection } = useView();
  return (
    <Pages items={sorted(features, order)} write={(e) => (
      <li key={e.id}>
        <button type="button" class={e.id === selection ? "element actif" : "element"} data-entite={e.id} aria-current={e.id === selection ? "true" : undefined}
          onClick={() => go(e)} onPointerEnter={() => map.highlight(e.id)} onPointerLeave={() => map.highlight("")}
          onFocus={() => map.highlight(e.id)} onBlur={() => map.highlight("")}>
          <span>{e.nom}</span> <small>{lineOf(e, order)}</small>
        </button>
      </li>
    )} />
  );
}
