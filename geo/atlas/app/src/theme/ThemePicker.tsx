// The choice of a thematic view: of what, which measure, by EPCI or by commune.
import type { JSX } from "preact";
import type { Atlas } from "../model/atlas";
import type { Partition, Theme } from "../model/data";
import { useApp, useView } from "../ui/app";
import { tableQuestion } from "./ThemeTable";
import { keyOf, levelsOf, preferred, shownTheme, withFeatures, type Shown } from "./values";

const PARTITIONS: Record<Partition, string> = { epci: "par EPCI", commune: "par commune" };

export function ThemePicker(): JSX.Element | null {
  const { atlas, store } = useApp();
  const view = useView();
  const { liste } = atlas.data.themes;
  if (!liste.length) return null;
  const shown = shownTheme(view, atlas);
  const features = withFeatures(view);
  const choose = (theme: Theme | undefined, by: Partition | undefined, over: boolean): void => {
    if (!theme) return store.set({ theme: "" });
    const level = by && theme.niveaux[by] ? by : levelsOf(theme)[0]!;
    store.set({ theme: keyOf(theme, level, over) });
  };
  return (
    <section class="thematique" aria-labelledby="thematique-titre">
      <h2 id="thematique-titre">Carte thématique</h2>
      <label for="theme-sujet">Sujet</label>
      <select id="theme-sujet" value={shown?.theme.groupe ?? ""}
        onChange={(e) => choose(preferred(liste.filter((t) => t.groupe === e.currentTarget.value)), shown?.by, features)}>
        <option value="">Aucune</option>
        {subjects(atlas).map(([axis, entries]) => (
          <optgroup key={axis} label={axis}>{entries.map(([group, subject]) => <option key={group} value={group}>{subject}</option>)}</optgroup>
        ))}
      </select>
      {shown && <Choices shown={shown} features={features} choose={choose} />}
    </section>
  );
}

interface Chosen { shown: Shown; features: boolean; choose(theme: Theme, by: Partition, over: boolean): void }

function Choices({ shown, features, choose }: Chosen): JSX.Element {
  const app = useApp();
  const { theme, by } = shown;
  const same = app.atlas.data.themes.liste.filter((t) => t.groupe === theme.groupe);
  return (
    <>
      <label for="theme-mesure">Mesure</label>
      <select id="theme-mesure" value={theme.id} onChange={(e) => choose(same.find((t) => t.id === e.currentTarget.value)!, by, features)}>
        {same.map((t) => <option key={t.id} value={t.id}>{t.titre}</option>)}
      </select>
      <fieldset class="niveaux">
        <legend class="cache">Découpage</legend>
        {levelsOf(theme).map((level) => (
          <label key={level}>
            <input type="radio" name="theme-niveau" checked={level === by} onChange={() => choose(theme, level, features)} />
            {PARTITIONS[level]}
          </label>
        ))}
      </fieldset>
      <label class="cocher">
        <input type="checkbox" checked={features} onChange={(e) => choose(theme, by, e.currentTarget.checked)} />
        Montrer aussi les éléments
      </label>
      <button type="button" class="lien" onClick={() => app.ask(tableQuestion(shown))}>Voir le tableau</button>
    </>
  );
}

// The subjects of each axis, in the order of the page.
function subjects(atlas: Atlas): [string, [string, string][]][] {
  const { axes, themes } = atlas.data;
  return axes
    .map((axis): [string, [string, string][]] => {
      const own = themes.liste.filter((t) => t.axe === axis.id).map((t): [string, string] => [t.groupe, t.sujet]);
      return [`${axis.id}. ${axis.court}`, [...new Map(own)]];
    })
    .filter(([, entries]) => entries.length > 0);
}
