// The bar on top: title, territory, search, menus.
import type { JSX } from "preact";
import { Search } from "../search";
import { Sources } from "../feature/sources";
import { useApp, useView, type Command } from "../ui/app";
import { useMedia } from "../ui/media";
import { Menu, type Group } from "./Menu";

const MENUS = { outils: "Outils", emporter: "Emporter", aide: "Aide" } as const;

export function Bar({ commands }: { commands: readonly Command[] }): JSX.Element {
  const { atlas, ask } = useApp();
  const { accueil, etat, date } = atlas.data;
  const narrow = useMedia("(max-width: 1100px)");
  const groups = Object.entries(MENUS).map(([menu, label]): Group => ({ label, items: commands.filter((c) => c.menu === menu) }));
  const credits: Command = { id: "sources", label: "Sources et mentions", menu: "aide", run: () => ask(Sources(atlas)) };
  const title = (
    <>
      <span class="long">Atlas de l’Engagement pour le renouveau du Bassin minier</span><span class="court">Atlas du Bassin minier</span>
      <small>Faits {etat}, page du {date}</small>
    </>
  );
  return (
    <header class="barre-haute">
      {accueil ? <a class="titre" href={accueil}>{title}</a> : <span class="titre">{title}</span>}
      <TerritoryPicker />
      <Search />
      {narrow ? <Menu label="Menu" groups={[...groups, { label: "Sources", items: [credits] }]} /> : (
        <>
          {groups.map((group) => <Menu key={group.label} label={group.label} groups={[group]} />)}
          <button type="button" id="bouton-sources" onClick={() => ask(Sources(atlas))}>Sources</button>
        </>
      )}
    </header>
  );
}

function TerritoryPicker(): JSX.Element {
  const { atlas, store } = useApp();
  const { epci, communes } = atlas.data;
  const { territory } = useView();
  return (
    <div id="territoire">
      <label for="choix-territoire" class="cache">Territoire</label>
      <select id="choix-territoire" value={territory} onChange={(e) => store.set({ territory: e.currentTarget.value })}>
        {epci.length > 1 && <option value="">Tout le bassin minier</option>}
        {epci.map((e) => <option key={e.siren} value={e.siren}>{e.court}</option>)}
        {epci.map((e) => (
          <optgroup key={e.siren} label={`Communes : ${e.court}`}>
            {communes.filter((c) => c.siren === e.siren).map((c) => <option key={c.insee} value={c.insee}>{c.nom}</option>)}
          </optgroup>
        ))}
      </select>
    </div>
  );
}
