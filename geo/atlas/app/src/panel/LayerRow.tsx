// One layer: a tick, its symbol, its count here, a button to see it alone, and its settings.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { statQuestion } from "../feature/sources";
import type { Couche } from "../model/data";
import type { Count } from "../state/select";
import { useApp, useView } from "../ui/app";
import { number, plural } from "../ui/text";
import { LayerKey } from "./Key";

const MEASURES: Record<string, string> = { length_km: "longueur", area_ha: "surface" };

export function LayerRow({ layer, count, alone }: { layer: Couche; count: Count; alone(): void }): JSX.Element {
  const { store } = useApp();
  const view = useView();
  const [open, setOpen] = useState(false);
  const shown = view.layers.has(layer.id);
  const solo = shown && view.layers.size === 1;
  const toggle = (): void => {
    const layers = new Set(view.layers);
    if (!layers.delete(layer.id)) layers.add(layer.id);
    store.set({ layers });
  };
  return (
    <div class={count.all ? "couche" : "couche sans"}>
      <label title={layer.resume}>
        <input type="checkbox" checked={shown} onChange={toggle} data-couche={layer.id} />
        <span class="cle"><LayerKey layer={layer} /></span>
        <span class="titre">{layer.titre}</span>
      </label>
      <CountText layer={layer} count={count} />
      <button type="button" class="seule" aria-pressed={solo} title={solo ? "Revenir aux couches d’avant" : `Ne montrer que « ${layer.titre} »`}
        aria-label={`${layer.titre} seule\u00a0: ne montrer que cette couche`} onClick={alone}>seule</button>
      <button type="button" class="reglages" aria-expanded={open} aria-label={`Réglages de la couche ${layer.titre}`} title="Opacité" onClick={() => setOpen(!open)}>◐</button>
      <Details layer={layer} records={layer.inventaire ? 0 : count.records} />
      {open && <Opacity layer={layer} />}
    </div>
  );
}

// Places and measures of territories; where filters bite, out of how many.
function CountText({ layer, count }: { layer: Couche; count: Count }): JSX.Element {
  const { places, measures, all } = count;
  const left = places + measures;
  const nouns = layer.inventaire ? plural(places, "objet") : plural(places, "lieu", "lieux");
  const title = [nouns, measures ? plural(measures, "mesure de territoire", "mesures de territoire") : "", left < all ? `sur ${plural(all, "élément")} avant les filtres` : ""];
  return (
    <span class="compte" title={title.filter(Boolean).join(", ")}>
      {number(left < all ? left : places)}
      {left < all ? <small> sur {number(all)}</small> : measures > 0 && <small> + {number(measures)}</small>}
    </span>
  );
}

// Under a layer: its length and area where it holds records, of when its data are, what failed.
function Details({ layer, records }: { layer: Couche; records: number }): JSX.Element | null {
  const app = useApp();
  const view = useView();
  const { atlas } = app;
  const place = atlas.place(view.territory).court;
  const stats = layer.inventaire ? Object.keys(MEASURES).flatMap((measure) => {
    const stat = atlas.stat(view.territory, layer.id, measure);
    return stat?.[0] ? [{ measure, stat }] : [];
  }) : [];
  if (!stats.length && !records && !layer.donnees && !layer.pannes.length) return null;
  return (
    <div class="detail-couche">
      {stats.map(({ measure, stat }) => (
        <button key={measure} type="button" class="lien" data-stat={`${layer.id}:${measure}`} aria-haspopup="dialog"
          onClick={() => app.ask(statQuestion(app, `${layer.titre}, ${MEASURES[measure]}`, place, stat))}>{`${stat[1]}\u202f${stat[2]}`}</button>
      ))}
      {records > 0 && <span>dont {number(records)} d’inventaire</span>}
      {layer.donnees && <span>{layer.donnees}</span>}
      {layer.pannes.map((failure) => <p key={failure} class="panne">{failure}</p>)}
    </div>
  );
}

function Opacity({ layer }: { layer: Couche }): JSX.Element {
  const { store } = useApp();
  const view = useView();
  const percent = Math.round((view.opacity[layer.id] ?? 1) * 100);
  return (
    <label class="opacite">
      Opacité
      <input type="range" min={10} max={100} step={5} value={percent} aria-valuetext={`${percent}\u202f%`} aria-label={`Opacité de la couche ${layer.titre}`}
        onInput={(e) => store.set({ opacity: { ...store.view.opacity, [layer.id]: Number(e.currentTarget.value) / 100 } })} />
      <output>{percent}{"\u202f"}%</output>
    </label>
  );
}
