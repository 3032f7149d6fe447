// What is in the perimeter: a table of the layers, the list of the features, the communes, the files.
import type { ComponentChildren, JSX, Ref } from "preact";
import { useRef, useState } from "preact/hooks";
import { areaText, lengthText, percent } from "../geometry/written";
import type { Perimeter } from "../state/view";
import { useView, type App } from "../ui/app";
import { Pages } from "../ui/pages";
import { number, plural } from "../ui/text";
import { listCsv, listGeoJson, statisticsCsv, statisticsGeoJson } from "./exports";
import type { Inventory, Item, LayerCount } from "./inventory";
import { dragged } from "./live";
import { kindText, nameText } from "./words";

// Kept while a feature's panel stands in the place of this one.
const kept = { layer: "", shownOnly: false };
const METRES = { 5: "1\u00a0m", 6: "10\u00a0cm", 7: "1\u00a0cm" };

export function Inside({ app, perimeter, inventory: all }: { app: App; perimeter: Perimeter; inventory: Inventory }): JSX.Element {
  const view = useView();
  const [layer, setLayer] = useState(kept.layer);
  const [shownOnly, setShownOnly] = useState(kept.shownOnly);
  const list = useRef<HTMLSelectElement>(null);
  const below = useRef<JSX.Element | null>(null); // the list waits for the end of a drag, the numbers do not
  const layers = shownOnly ? all.layers.filter((one) => view.layers.has(one.layer.id)) : all.layers;
  const taken = { name: nameText(perimeter), kind: kindText(perimeter), inventory: { ...all, layers }, precisions: app.atlas.data.precisions };
  const pick = (id: string): void => setLayer((kept.layer = id));
  const open = (id: string): void => {
    pick(id);
    list.current?.focus();
    list.current?.scrollIntoView({ block: "start" });
  };
  if (!dragged() || !below.current) {
    below.current = (
      <>
        <Exports title="Statistiques" csv={(excel) => statisticsCsv(taken, excel)} geojson={() => statisticsGeoJson(taken)} />
        <List app={app} layers={layers} layer={layer} pick={pick} field={list}>
          <Exports title="Liste" csv={(excel) => listCsv(taken, excel)} geojson={() => listGeoJson(taken)} />
        </List>
        <Communes inventory={all} />
        <Covering app={app} inventory={all} />
      </>
    );
  }
  return (
    <>
      <label class="choix"><input type="checkbox" checked={shownOnly} onChange={(e) => setShownOnly((kept.shownOnly = e.currentTarget.checked))} /> Couches affichées seulement</label>
      <Table layers={layers} open={open} />
      <Notes layers={layers} precisions={app.atlas.data.precisions} />
      {below.current}
    </>
  );
}

interface Listed { app: App; layers: readonly LayerCount[]; layer: string; pick: (id: string) => void; field: Ref<HTMLSelectElement>; children: ComponentChildren }

function List({ app, layers, layer, pick, field, children }: Listed): JSX.Element | null {
  const chosen = layers.some((one) => one.layer.id === layer) ? layer : "";
  const items = layers.filter((one) => !chosen || one.layer.id === chosen).flatMap((one) => one.items);
  if (!items.length) return null;
  return (
    <section aria-labelledby="dedans-titre">
      <h3 id="dedans-titre">Ce qu’il contient</h3>
      <label class="cache" for="dedans-couche">Couche de la liste</label>
      <select id="dedans-couche" ref={field} value={chosen} onChange={(e) => pick(e.currentTarget.value)}>
        <option value="">Toutes les couches ({number(layers.reduce((sum, one) => sum + one.items.length, 0))})</option>
        {layers.map(({ layer: { id, titre }, items: own }) => <option key={id} value={id}>{titre} ({number(own.length)})</option>)}
      </select>
      <Pages key={chosen} class="dedans" items={items} write={(item) => <Line key={item.feature.id} app={app} item={item} />} />
      {children}
    </section>
  );
}

function Table({ layers, open }: { layers: readonly LayerCount[]; open: (id: string) => void }): JSX.Element {
  if (!layers.length) return <p class="vide">Aucun élément localisé dans ce périmètre.</p>;
  return (
    <table class="couches-dedans">
      <caption class="cache">Éléments du périmètre, par couche. Les longueurs et surfaces sont celles de ce qui est à l’intérieur.</caption>
      <thead><tr><th scope="col">Couche</th><th scope="col">Nombre</th><th scope="col">À l’intérieur</th></tr></thead>
      <tbody>
        {layers.map(({ layer, items, length, area, euros }) => (
          <tr key={layer.id} data-couche={layer.id}>
            <th scope="row"><span class="pastille" style={{ background: layer.couleur }} aria-hidden="true" />{layer.titre}<small>{layer.sources.join(", ")}</small></th>
            <td><button type="button" class="lien" aria-label={`${plural(items.length, "élément")} de la couche ${layer.titre}, voir la liste`} onClick={() => open(layer.id)}>{number(items.length)}</button></td>
            <td>
              {length > 0 && <span>{lengthText(length)}</span>}
              {area > 0 && <span>{areaText(area)}</span>}
              {euros > 0 && <span>{number(euros / 1e6, euros < 1e7 ? 2 : 1)}{"\u00a0"}M€*</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Notes({ layers, precisions }: { layers: readonly LayerCount[]; precisions: Readonly<Record<string, string>> }): JSX.Element | null {
  if (!layers.length) return null;
  const unsure = new Map<string, number>();
  for (const { feature: { precision } } of layers.flatMap((one) => one.items)) if (precision !== "exacte") unsure.set(precision, (unsure.get(precision) ?? 0) + 1);
  const cut = layers.filter((one) => one.length > 0 || one.area > 0);
  const least = Math.min(...cut.map((one) => one.layer.decimales)) as keyof typeof METRES;
  return (
    <div class="petit notes">
      {[...unsure].map(([id, count]) => (
        <p key={id}>Dont {plural(count, "élément")} à position non exacte ({precisions[id] ?? id}){"\u00a0: "}ils peuvent être en réalité de l’autre côté du contour.</p>
      ))}
      {layers.some((one) => one.euros > 0) && <p>* Montants connus des seuls éléments entièrement à l’intérieur{"\u00a0; "}ceux que le contour coupe ne sont pas partagés.</p>}
      {cut.length > 0 && <p>Longueurs et surfaces dans le plan Lambert-93, coupées au contour{"\u00a0; "}tracés de cette page arrondis à {METRES[least]} au plus.</p>}
    </div>
  );
}

function Line({ app, item: { feature, length, area, share, whole, planar } }: { app: App; item: Item }): JSX.Element {
  const size = [length > 0 && lengthText(length), area > 0 && areaText(area)].filter(Boolean).join(", ");
  const part = whole || planar.kind === "point" ? "" : ` (${percent(share)} de l’ensemble)`;
  return (
    <li>
      <button type="button" data-entite={feature.id} onClick={() => app.go(feature)}>
        <b>{feature.nom}</b>
        <small>{[app.atlas.layer(feature).titre, feature.ou, size && size + part].filter(Boolean).join(" · ")}</small>
      </button>
    </li>
  );
}

function Communes({ inventory: { communes, area } }: { inventory: Inventory }): JSX.Element {
  const inside = communes.reduce((sum, one) => sum + one.area, 0);
  if (!communes.length) return <p class="petit">Le périmètre ne touche aucune commune de cette page.</p>;
  return (
    <details>
      <summary>{plural(communes.length, "commune")}</summary>
      <table>
        <caption class="cache">Communes que le périmètre touche</caption>
        <thead><tr><th scope="col">Commune</th><th scope="col">Part de la commune</th><th scope="col">Surface commune</th></tr></thead>
        <tbody>{communes.map(({ commune, share, area: own }) => <tr key={commune.insee}><th scope="row">{commune.nom}</th><td>{percent(share)}</td><td>{areaText(own)}</td></tr>)}</tbody>
      </table>
      {inside < 0.999 * area && <p class="petit">{percent(1 - inside / area)} du périmètre est hors des communes de cette page.</p>}
      <p class="petit">Le nombre d’habitants n’est pas donné{"\u00a0: "}il n’est connu que pour des communes entières.</p>
    </details>
  );
}

function Covering({ app, inventory: { covering } }: { app: App; inventory: Inventory }): JSX.Element | null {
  if (!covering.length) return null;
  return (
    <details>
      <summary>{plural(covering.length, "mesure")} de territoires entiers</summary>
      <p class="petit">Elles portent sur tout un EPCI ou toute une commune que le périmètre touche{"\u00a0: "}elles ne sont pas comptées plus haut.</p>
      <Pages class="dedans" items={covering} write={(e) => (
        <li key={e.id}><button type="button" data-entite={e.id} onClick={() => app.go(e)}><b>{e.nom}</b><small>{[app.atlas.layer(e).titre, e.ou].filter(Boolean).join(" · ")}</small></button></li>
      )} />
    </details>
  );
}

function Exports({ title, csv, geojson }: { title: string; csv: (excel: boolean) => void; geojson: () => void }): JSX.Element {
  return (
    <p class="exports" role="group" aria-label={`Télécharger\u00a0: ${title.toLowerCase()}`}>
      <span>{title}</span>
      <button type="button" onClick={() => csv(false)}>CSV</button>
      <button type="button" onClick={() => csv(true)}>CSV tableur</button>
      <button type="button" onClick={geojson}>GeoJSON</button>
    </p>
  );
}
