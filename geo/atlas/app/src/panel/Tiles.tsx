// Key figures as tiles: each with its unit, its qualifier, its rank, and the way to its source.
import type { JSX } from "preact";
import { figureQuestion, statQuestion } from "../feature/sources";
import { useApp, useView } from "../ui/app";
import { FigureText } from "../ui/figure";
import { toldOf } from "./told";

const MOST = 8; // tiles of statistics that a territory shows

export function Tiles(): JSX.Element {
  const app = useApp();
  const { atlas, ask } = app;
  const { territory } = useView();
  const place = atlas.place(territory).court;
  const tiles = toldOf(territory, atlas).slice(0, MOST);
  return (
    <>
      {!territory && atlas.data.cles.length > 0 && (
        <div class="cles">
          {atlas.data.cles.map(({ chiffre, court }) => (
            <button key={chiffre} type="button" class="tuile" data-chiffre={chiffre} aria-haspopup="dialog" onClick={() => ask(figureQuestion(app, chiffre))}>
              <FigureText text={atlas.figures.get(chiffre)?.texte ?? ""} /> <span class="libelle">{court}</span>
            </button>
          ))}
        </div>
      )}
      <div class="tuiles">
        {tiles.map(({ layer, measure, stat, label }) => (
          <button key={`${layer}:${measure}`} type="button" class="tuile" data-stat={`${layer}:${measure}`} aria-haspopup="dialog"
            onClick={() => ask(statQuestion(app, label, place, stat))}>
            <FigureText text={stat[1]} unit={stat[2]} /> <span class="libelle">{label}</span>{" "}
            {stat[5] && <span class="rang">{stat[5]}</span>}
          </button>
        ))}
      </div>
    </>
  );
}
