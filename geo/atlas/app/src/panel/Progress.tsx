// How far the measures of the territory have come: a bar, and the list that it is drawn from.
import type { JSX } from "preact";
import { useApp, useView } from "../ui/app";
import { number, plural } from "../ui/text";

export function Progress(): JSX.Element | null {
  const { atlas, store } = useApp();
  const view = useView();
  const { statuts } = view.filters;
  const features = store.select.ofTerritory(view).filter((e) => !e.inventaire);
  const known = atlas.data.statuts
    .map((s) => ({ ...s, count: features.filter((e) => e.statut === s.id).length }))
    .filter((s) => s.count > 0);
  const total = known.reduce((sum, s) => sum + s.count, 0);
  if (!total) return null;
  const toggle = (id: string): void => {
    const values = statuts.includes(id) ? statuts.filter((s) => s !== id) : [...statuts, id];
    store.set({ filters: { ...view.filters, statuts: values } });
  };
  return (
    <>
      <h2 id="titre-avancement">Avancement {atlas.data.etat}</h2>
      <div class="avancement" aria-hidden="true">
        {known.map((s) => (
          <span key={s.id} class={statuts.length && !statuts.includes(s.id) ? "pale" : ""} style={{ flexGrow: s.count, background: s.couleur }}
            title={`${s.texte}\u00a0: ${number(s.count)}`} onClick={() => toggle(s.id)} />
        ))}
      </div>
      <p class="petit">Statut connu pour {plural(total, "élément")} sur {number(features.length)}. Choisir un statut filtre la carte et la liste.</p>
      <ul class="avancement-cle" aria-labelledby="titre-avancement">
        {known.map((s) => (
          <li key={s.id}>
            <button type="button" aria-pressed={statuts.includes(s.id)} data-statut={s.id} onClick={() => toggle(s.id)}>
              <i style={{ background: s.couleur }} /> {s.texte} <b>{number(s.count)}</b>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
