// Where to go from a feature: the next of the list, those seen before, other maps, its link.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Entite } from "../model/data";
import { copyLink } from "../takeaway/link";
import { useApp, useView } from "../ui/app";
import { number } from "../ui/text";
import { elsewhere } from "./links";
import { rankOf, recent, remember, step } from "./order";

// The feature before, the next, and where this one stands; the count comes after the sheet is drawn.
export function Walk({ feature }: { feature: Entite }): JSX.Element | null {
  const app = useApp();
  const view = useView();
  const [place, setPlace] = useState({ rank: -1, total: 0 });
  useEffect(() => setPlace(rankOf(app)), [app, view]);
  const { rank, total } = place;
  return (
    <nav class="parcours" aria-label="Parcourir la liste">
      <button type="button" class="bouton" aria-label="Élément précédent" title="Élément précédent (touche K)" disabled={total < 2} onClick={() => step(app, -1)}>‹</button>
      <span class="rang" role="status">
        {rank >= 0 ? `${number(rank + 1)} sur ${number(total)}` : "hors de la liste"}
        <span class="cache">, {feature.nom}</span>
      </span>
      <button type="button" class="bouton" aria-label="Élément suivant" title="Élément suivant (touche J)" disabled={total < 2} onClick={() => step(app, 1)}>›</button>
    </nav>
  );
}

export function Foot({ feature }: { feature: Entite }): JSX.Element {
  const app = useApp();
  remember(app.store, feature.id);
  const seen = recent(app);
  const links = elsewhere(feature);
  return (
    <footer class="pied-fiche">
      <p class="sorties">
        <button type="button" class="bouton" onClick={() => copyLink(app)}>Copier le lien</button>
        {links.map(({ name, url }) => (
          <a key={name} href={url} target="_blank" rel="noreferrer noopener">Ouvrir dans {name}<span class="cache"> (nouvel onglet)</span></a>
        ))}
      </p>
      {links.length > 0 && <p class="petit">Ces sites s’ouvrent dans un nouvel onglet et demandent le réseau.</p>}
      {seen.length > 0 && (
        <details class="recents">
          <summary>Vus récemment <span class="compte">{number(seen.length)}</span></summary>
          <ul>
            {seen.map((e) => (
              <li key={e.id}><button type="button" class="lien" data-vu={e.id} onClick={() => app.go(e)}>{e.nom}</button> <small>{[app.atlas.layer(e).titre, e.ou].filter(Boolean).join(" · ")}</small></li>
            ))}
          </ul>
        </details>
      )}
    </footer>
  );
}
