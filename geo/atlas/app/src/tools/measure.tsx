// Measure a distance or a surface on the map.
import type { JSX } from "preact";
import { groundArea, groundLength } from "../geometry/ellipsoid";
import { toMetres, type Metres } from "../geometry/lambert";
import { ringArea } from "../geometry/planar";
import { areaText, lengthText } from "../geometry/written";
import type { Position } from "../model/data";
import type { App } from "../ui/app";
import { number, plural } from "../ui/text";
import { copy } from "../ui/clipboard";
import { Draft } from "./draft";
import { show } from "./session";

export interface Measured {
  segments: number[]; // metres on the ground
  ground: number;
  plane: number; // metres of Lambert-93
  groundArea: number; // 0 unless closed
  planeArea: number;
}

export function measure(places: readonly Position[], closed: boolean): Measured {
  const metres = places.map(toMetres);
  const ends = metres.map((from, i): [Metres, Metres] => [from, metres[(i + 1) % metres.length]!]).slice(0, closed ? undefined : -1);
  const segments = ends.map(([from, to]) => groundLength(from, to));
  const plane = ends.reduce((sum, [[ax, ay], [bx, by]]) => sum + Math.hypot(bx - ax, by - ay), 0);
  const round = closed && metres.length > 2;
  return {
    segments, plane,
    ground: segments.reduce((sum, one) => sum + one, 0),
    groundArea: round ? groundArea(metres) : 0,
    planeArea: round ? Math.abs(ringArea(Float64Array.from(metres.flat()))) : 0,
  };
}

const HINT = "Cliquez de point en point, double-cliquez pour finir. Au clavier\u00a0: les flèches déplacent la carte sous la croix, "
  + "Entrée pose un point, deux fois pour finir\u00a0; Retour arrière retire le dernier, Échap ferme.";

export class MeasureTool extends Draft {
  override closed = false;
  private done = false;

  constructor(app: App) {
    super(app);
  }

  override move(at: Position): void {
    if (this.done) return;
    super.move(at);
    this.tell();
  }

  // After the end, a click begins again.
  protected override add(at: Position): void {
    if (this.done) this.restart();
    super.add(at);
  }

  protected end(): void {
    if (this.places.length < 2) return;
    this.done = true;
    this.hover = null;
    const { ground, groundArea: area } = measure(this.places, this.closed);
    this.tell(this.closed ? `Surface\u00a0: ${areaText(area)}.` : `Distance\u00a0: ${lengthText(ground)}.`);
    this.app.map.redraw();
  }

  protected tell(status?: string): void {
    const live = this.hover && this.places.length ? [...this.places, this.hover] : this.places;
    const found = measure(live, this.closed);
    if (status !== undefined) this.status = status || (this.places.length > 1 ? lengthText(measure(this.places, this.closed).ground) : "");
    const few = this.places.length;
    show({
      title: "Mesurer", hint: HINT, status: this.status, cross: !this.done,
      result: few ? <Result found={found} closed={this.closed} say={this.app.say} /> : undefined,
      actions: [
        { label: "Point à la croix", run: this.atCross },
        { label: "Retirer le dernier", off: !few, run: () => { this.done = false; this.undo(); } },
        { label: this.closed ? "Ouvrir le tracé" : "Fermer\u00a0: surface", off: few < 3, run: this.toggle },
        { label: "Recommencer", off: !few, run: this.restart },
        { label: "Quitter", main: true, run: this.stop },
      ],
    });
  }

  private status = "";

  private toggle = (): void => {
    this.closed = !this.closed;
    this.end();
  };

  private restart = (): void => {
    this.places = [];
    this.hover = null;
    [this.done, this.closed] = [false, false];
    this.tell("");
    this.app.map.redraw();
  };
}

function Result({ found, closed, say }: { found: Measured; closed: boolean; say: (text: string) => void }): JSX.Element {
  const text = closed
    ? `${areaText(found.groundArea)} (${number(found.groundArea)}\u00a0m²), contour ${lengthText(found.ground)}`
    : `${lengthText(found.ground)} (${number(found.ground, 1)}\u00a0m)`;
  const paste = async (): Promise<void> => say((await copy(text)) ? "Mesure copiée." : "Le navigateur refuse la copie\u00a0: sélectionnez le texte.");
  return (
    <div class="mesure">
      <p class="fort">{closed ? areaText(found.groundArea) : lengthText(found.ground)}</p>
      {closed && <p>Contour {lengthText(found.ground)}</p>}
      <p class="petit">
        Sur le terrain (ellipsoïde, comme QGIS et le Géoportail). Dans le plan Lambert-93, où l’atlas compte ses longueurs et surfaces{"\u00a0: "}
        {closed ? areaText(found.planeArea) : lengthText(found.plane)}.
      </p>
      {found.segments.length > 1 && (
        <details><summary>{plural(found.segments.length, "segment")}</summary><ol>{found.segments.map((one, i) => <li key={i}>{lengthText(one)}</li>)}</ol></details>
      )}
      <button type="button" onClick={() => void paste()}>Copier</button>
    </div>
  );
}
