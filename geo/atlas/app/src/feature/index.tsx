// The panel of a feature: its facts in a readable order, its amounts, its neighbours, its source.
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Couche, Entite } from "../model/data";
import { LayerKey } from "../panel/Key";
import { useApp, useView } from "../ui/app";
import { plural } from "../ui/text";
import { Amounts } from "./Amounts";
import { Foot, Walk } from "./Foot";
import { Nearby } from "./Nearby";
import { Precision } from "./Precision";
import { figureQuestion } from "./sources";
import { Timeline } from "./Timeline";

export { commands } from "./order";

export function Sheet(): JSX.Element | null {
  const { atlas, store } = useApp();
  const { selection } = useView();
  const box = useRef<HTMLElement>(null);
  const inside = useRef(false);
  // What was pressed in the sheet goes with the feature before, and the sheet takes its focus; not the
  // buttons for the next and the one before, which stay.
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.scrollTop = 0;
    if (inside.current && !document.activeElement?.closest(".parcours")) box.current.focus({ preventScroll: true });
  }, [selection]);
  const feature = atlas.features.get(selection);
  if (!feature) return null;
  const layer = atlas.layer(feature);
  return (
    <section class="dock fiche" ref={box} tabIndex={-1} aria-labelledby="fiche-nom" data-fiche={feature.id}
      style={{ "--axe": layer.couleur, "--axe-texte": layer.texte }}
      onFocusIn={() => { inside.current = true; }}
      onFocusOut={(e) => { inside.current = e.relatedTarget === null; }}>
      <div class="tete">
        <Walk feature={feature} />
        <button type="button" class="fermer" aria-label="Fermer la fiche" onClick={() => store.set({ selection: "" })}>×</button>
      </div>
      <Head feature={feature} layer={layer} />
      {feature.resume && <p class="resume">{feature.resume}</p>}
      {feature.geometrie === null && <Coverage feature={feature} />}
      <Amounts feature={feature} />
      <Timeline feature={feature} />
      <Facts feature={feature} />
      <Context feature={feature} />
      {feature.reserve && <p class="reserve"><strong>Réserve.</strong> {feature.reserve}</p>}
      <p class="source"><strong>Source{"\u00a0"}:</strong> {feature.source}</p>
      <Nearby feature={feature} />
      <Foot feature={feature} />
    </section>
  );
}

function Head({ feature, layer }: { feature: Entite; layer: Couche }): JSX.Element {
  return (
    <>
      <p class="surtitre"><LayerKey layer={layer} /> {layer.titre}</p>
      <h2 id="fiche-nom">{feature.nom}</h2>
      <p class="etiquettes">
        {feature.statut_texte ? <span class="statut">{feature.statut_texte}</span> : !feature.inventaire && <span>statut non précisé</span>}
        <Precision precision={feature.precision} />
      </p>
    </>
  );
}

// What a measure of a whole territory covers.
function Coverage({ feature }: { feature: Entite }): JSX.Element {
  const { atlas } = useApp();
  const covered = atlas.data.epci.filter((e) => feature.couvre.includes(e.siren));
  const whole = covered.length === atlas.data.epci.length && covered.length > 1;
  return (
    <p class="couverture">
      Mesure de territoire, sans point sur la carte{"\u00a0"}: {feature.ou}.
      {covered.length > 0 && ` Elle couvre ${whole ? `les ${plural(covered.length, "EPCI", "EPCI")} du bassin` : covered.map((e) => e.court).join(", ")}, hachurés sur la carte.`}
    </p>
  );
}

function Facts({ feature }: { feature: Entite }): JSX.Element | null {
  if (!feature.faits.length) return null;
  return (
    <section aria-labelledby="fiche-faits">
      <h3 id="fiche-faits">Ce que l’on sait</h3>
      <dl>{feature.faits.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}:`}>{value}</dd>])}</dl>
    </section>
  );
}

// Figures of something wider, of which the feature is a part.
function Context({ feature }: { feature: Entite }): JSX.Element | null {
  const app = useApp();
  const figures = feature.contexte.flatMap((id) => app.atlas.figures.get(id) ?? []);
  if (!figures.length) return null;
  return (
    <details class="contexte">
      <summary>Chiffres d’un ensemble plus large</summary>
      <ul>
        {figures.map((f) => (
          <li key={f.id}><button type="button" class="lien chiffre" data-chiffre={f.id} onClick={() => app.ask(figureQuestion(app, f.id))}>{f.texte}</button> {f.libelle}</li>
        ))}
      </ul>
    </details>
  );
}
