// What is near a feature: the nearest of each kind, the same commune, the other stretches of its line.
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Entite } from "../model/data";
import { useApp } from "../ui/app";
import { Fold } from "../ui/fold";
import { Pages } from "../ui/pages";
import { number, plural } from "../ui/text";
import { distanceText, inSameCommunes, nearestOf, stretchesOf, type Near, type Neighbour } from "./near";

export function Nearby({ feature }: { feature: Entite }): JSX.Element | null {
  const { atlas } = useApp();
  const nearest = useMemo(() => nearestOf(feature, atlas), [feature, atlas]);
  const around = useMemo(() => inSameCommunes(feature, atlas), [feature, atlas]);
  const stretches = useMemo(() => stretchesOf(feature, atlas).map((e): Neighbour => ({ feature: e, stretches: 1 })), [feature, atlas]);
  if (!nearest.length && !around.length && !stretches.length) return null;
  const remarks = nearest.filter((n) => n.remark).map((n) => ` ${n.title}\u00a0: ${n.remark}.`);
  return (
    <section class="voisins" aria-labelledby="fiche-voisins">
      <h3 id="fiche-voisins">Autour</h3>
      {nearest.length > 0 && <dl>{nearest.map((near) => <Nearest key={near.title} near={near} />)}</dl>}
      {nearest.length > 0 && (
        <p class="petit">
          À vol d’oiseau, d’un bord à l’autre{atlas.data.territoire && ", parmi ce que montre cette page"}.
          {remarks}
        </p>
      )}
      <Listed name="troncons" title="Autres tronçons de ce nom" features={stretches} />
      <Communes feature={feature} features={around} />
    </section>
  );
}

function Nearest({ near }: { near: Near }): JSX.Element {
  const { go } = useApp();
  return (
    <>
      <dt>{near.title}</dt>
      <dd>
        <button type="button" class="lien" data-voisin={near.feature.id} onClick={() => go(near.feature)}>{near.feature.nom}</button>
        {" "}<span class="distance">{distanceText(near.metres, near.sure)}</span>
      </dd>
    </>
  );
}

function Communes({ feature, features }: { feature: Entite; features: readonly Neighbour[] }): JSX.Element {
  return <Listed name="communes" title={feature.communes.length > 1 ? "Dans les mêmes communes" : `Aussi à ${feature.ou}`} features={features} />;
}

function Listed({ name, title, features }: { name: string; title: string; features: readonly Neighbour[] }): JSX.Element | null {
  const { atlas, go } = useApp();
  if (!features.length) return null;
  return (
    <Fold name={name} summary={<>{title} <span class="compte">{number(features.length)}</span></>}>
      {() => (
        <Pages items={features} write={({ feature: e, stretches }) => (
          <li key={e.id}>
            <button type="button" class="lien" data-voisin={e.id} onClick={() => go(e)}>{e.nom}</button>
            {" "}<small>{atlas.layer(e).titre}{stretches > 1 && `, ${plural(stretches, "tronçon")}`}{name === "troncons" && e.ou && ` · ${e.ou}`}</small>
          </li>
        )} />
      )}
    </Fold>
  );
}
