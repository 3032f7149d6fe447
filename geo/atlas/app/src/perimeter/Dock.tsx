// What stands on the right of the map: the perimeter, and all that is in it.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ready } from "../geometry/perimeter";
import { areaText, lengthText } from "../geometry/written";
import { tester } from "../state/select";
import { fitsAddress } from "../state/address";
import { isSet, KINDS_OF_FILTER, type Perimeter } from "../state/view";
import { useApp, useView, type App } from "../ui/app";
import { Corners } from "./Corners";
import { frame } from "./frame";
import { Handles } from "./handles";
import { groundOf, type Inventory } from "./inventory";
import { Inside } from "./Inside";
import { current, onDrag } from "./live";
import { Start } from "./Start";
import { kindText, nameText } from "./words";

// The perimeter of the view, or as it is while a corner is dragged.
function usePerimeter(app: App): Perimeter | null {
  const view = useView();
  const [, again] = useState({});
  useEffect(() => onDrag(() => again({})), []);
  return current(app.store) ?? view.perimeter;
}

export function PerimeterDock(): JSX.Element {
  const app = useApp();
  const view = useView();
  const perimeter = usePerimeter(app);
  const handles = useMemo(() => new Handles(app), [app]);
  useEffect(() => handles.show(view.perimeter), [handles, view.perimeter]);
  useEffect(() => () => handles.clear(), [handles]);
  const prepared = perimeter && ready(perimeter);
  const inventory = useMemo(
    () => (prepared?.planar ? groundOf(app.atlas).inventory(prepared.planar, tester(view.filters)) : null),
    [app, prepared, view.filters],
  );
  return (
    <aside class="dock perimetre" aria-labelledby="perimetre-titre">
      <header>
        <h2 id="perimetre-titre">Périmètre</h2>
        <button type="button" class="fermer" aria-label="Fermer le volet du périmètre" onClick={() => app.store.set({ dock: "" })}>×</button>
      </header>
      {perimeter && prepared ? (
        <>
          <Head app={app} perimeter={perimeter} inventory={inventory} />
          {prepared.problem && <p class="erreur" role="alert">{prepared.problem}</p>}
          {!fitsAddress(perimeter) && <p class="garde">Ce périmètre a trop de sommets pour tenir dans le lien de la page{"\u00a0: "}gardez son fichier.</p>}
          {KINDS_OF_FILTER.some((kind) => isSet(view.filters, kind)) && <p class="garde">Les filtres du panneau s’appliquent à ces nombres.</p>}
          {inventory !== null && inventory.beyond > 0 && (
            <p class="garde" role="status">Le périmètre dépasse {app.atlas.data.titre} de {areaText(inventory.beyond)}{"\u00a0: "}cette page ne connaît pas tout ce qui est au-delà.{app.atlas.data.territoire && app.atlas.data.pages[""] ? " La page du bassin en dit plus." : ""}</p>
          )}
          {inventory && <Inside app={app} perimeter={perimeter} inventory={inventory} />}
          <Corners key={JSON.stringify(perimeter)} app={app} perimeter={perimeter} />
        </>
      ) : <p>Choisissez une zone{"\u00a0: "}l’atlas dit aussitôt ce qu’elle contient, lignes et surfaces coupées à son bord.</p>}
      <Start app={app} again={perimeter !== null} />
    </aside>
  );
}

function Head({ app, perimeter, inventory }: { app: App; perimeter: Perimeter; inventory: Inventory | null }): JSX.Element {
  const rename = (nom: string): void => { if (nom !== perimeter.nom) app.store.set({ perimeter: { ...perimeter, nom } }); };
  return (
    <>
      <p class="nom">
        <label for="perimetre-nom">Nom</label>
        <input id="perimetre-nom" type="text" maxLength={120} value={perimeter.nom} placeholder={nameText({ ...perimeter, nom: "" })} onChange={(e) => rename(e.currentTarget.value.trim())} />
      </p>
      <p class="taille">
        {inventory && <><b>{areaText(inventory.area)}</b>, contour de {lengthText(inventory.outline)}{"\u00a0; "}</>}{kindText(perimeter)}
      </p>
      <p class="actions">
        <button type="button" onClick={() => frame(app, perimeter)}>Cadrer la carte</button>
        <button type="button" onClick={() => app.store.set({ perimeter: null }, "push")}>Effacer</button>
      </p>
    </>
  );
}
