// The territory: its name, its key figures as tiles, its euros by axis, how far its measures have come.
import type { JSX } from "preact";
import { useApp, useView } from "../ui/app";
import { number, plural } from "../ui/text";
import { Amounts } from "./Amounts";
import { Progress } from "./Progress";
import { Tiles } from "./Tiles";

export function Summary(): JSX.Element {
  const { atlas, store } = useApp();
  const view = useView();
  const place = atlas.place(view.territory);
  return (
    <section class="synthese" id="chiffres" tabIndex={-1} aria-label="Chiffres clés du territoire">
      <h1>{place.nom}</h1>
      <p class="contexte">{place.contexte}</p>
      {store.select.isFiltered(view) && (
        <p class="reserve">
          Les chiffres clés restent ceux de tout le territoire. Les filtres laissent <b>{plural(store.select.shown(view).length, "élément")}</b> sur{" "}
          {number(store.select.inLayers(view).length)} sur la carte et dans la liste.
        </p>
      )}
      <Tiles />
      <Amounts />
      <Progress />
    </section>
  );
}
