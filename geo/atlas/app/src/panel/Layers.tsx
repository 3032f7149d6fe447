// The layers by axis: shown or not, alone, how strong; with their counts here, their dates, their failures.
import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Couche } from "../model/data";
import { useApp, useView } from "../ui/app";
import { LayerRow } from "./LayerRow";

export function Layers(): JSX.Element {
  const { atlas, store } = useApp();
  const view = useView();
  const before = useRef<ReadonlySet<string> | null>(null); // what was shown before a layer was shown alone
  const measures = atlas.data.couches.filter((c) => !c.inventaire);
  const records = atlas.data.couches.filter((c) => c.inventaire);
  const all = measures.every((c) => view.layers.has(c.id));
  const counts = store.select.counts(view);
  const alone = (id: string): void => {
    if (view.layers.size === 1 && view.layers.has(id)) {
      store.set({ layers: before.current ?? store.opening.layers });
      before.current = null;
    } else {
      if (view.layers.size !== 1) before.current = view.layers;
      store.set({ layers: new Set([id]) });
    }
  };
  const showAll = (): void => store.set({ layers: all ? new Set() : new Set([...view.layers, ...measures.map((c) => c.id)]) });
  const group = (key: string, title: ComponentChildren, layers: Couche[], colour: string, text: string): JSX.Element | null => layers.length ? (
    <fieldset key={key} style={{ "--axe": colour, "--axe-texte": text }}>
      <legend>{title}</legend>
      {layers.map((c) => <LayerRow key={c.id} layer={c} count={counts.get(c.id)!} alone={() => alone(c.id)} />)}
    </fieldset>
  ) : null;
  return (
    <section class="couches" id="couches" tabIndex={-1} aria-labelledby="titre-couches">
      <h2 id="titre-couches">
        Couches
        <button type="button" class="lien" onClick={showAll}>{all ? "tout masquer" : "tout montrer"}</button>
      </h2>
      <p class="petit">Lieux sur la carte{measuresTold(counts) && " + mesures à l’échelle d’un territoire"}.</p>
      {atlas.data.axes.map((axe) => group(
        String(axe.id), axe.id ? <><b>Axe {axe.id}</b> {axe.court}</> : <b>{axe.court}</b>, measures.filter((c) => c.axe === axe.id), axe.couleur, axe.texte,
      ))}
      {group(
        "inventaires", <><b>Inventaires et repères</b><span class="petit">Ce qui existe, selon les relevés officiels{"\u00a0"}: hors des comptes de l’Engagement.</span></>,
        records, "var(--gris)", "var(--encre)",
      )}
    </section>
  );
}

function measuresTold(counts: ReadonlyMap<string, { measures: number }>): boolean {
  return [...counts.values()].some((c) => c.measures > 0);
}
