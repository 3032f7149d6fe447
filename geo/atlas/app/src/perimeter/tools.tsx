// Drawing a perimeter on the map: a polygon corner by corner, a circle by its centre.
import { areaText, lengthText } from "../geometry/written";
import { problemOf, ready, ringsOf } from "../geometry/perimeter";
import { groundLength } from "../geometry/ellipsoid";
import { toMetres } from "../geometry/lambert";
import type { Position } from "../model/data";
import type { Perimeter } from "../state/view";
import { Draft } from "../tools/draft";
import { show } from "../tools/session";
import type { App } from "../ui/app";
import { plural } from "../ui/text";

const KEYBOARD = "Au clavier\u00a0: les flèches déplacent la carte sous la croix, Entrée";

// Take a perimeter, and show what is in it.
export function choose(app: App, perimeter: Perimeter): void {
  app.store.set({ perimeter, dock: "perimetre", selection: "" }, "push");
}

export class PolygonTool extends Draft {
  override readonly closed = true;

  constructor(app: App) {
    super(app);
  }

  protected end(): void {
    const problem = problemOf(ringsOf(this.made()));
    if (problem) {
      this.tell(problem);
      return;
    }
    this.stop();
    choose(this.app, this.made());
  }

  protected tell(status: string): void {
    const count = this.places.length;
    show({
      title: "Dessiner un périmètre", cross: true,
      hint: `Cliquez à chaque sommet, puis sur le premier (ou double-cliquez) pour finir. ${KEYBOARD} pose un sommet, deux fois pour finir\u00a0; Retour arrière retire le dernier, Échap abandonne.`,
      status: status || (count ? `${plural(count, "sommet")}${this.size()}` : ""),
      actions: [
        { label: "Sommet à la croix", run: this.atCross },
        { label: "Retirer le dernier", off: !count, run: this.undo },
        { label: "Terminer", main: true, off: count < 3, run: () => this.end() },
        { label: "Abandonner", run: this.stop },
      ],
    });
  }

  private made(): Perimeter {
    return { kind: "polygon", rings: [this.places], nom: "" };
  }

  private size(): string {
    if (this.places.length === 2) return `, ${lengthText(groundLength(toMetres(this.places[0]!), toMetres(this.places[1]!)))}`;
    const { planar } = ready(this.made());
    return planar ? `, ${areaText(planar.area)}` : "";
  }
}

export class CircleTool extends Draft {
  constructor(app: App, private readonly radius: number) {
    super(app);
  }

  protected override add(at: Position): void {
    super.add(at);
    this.stop();
    choose(this.app, { kind: "circle", centre: this.places[0]!, rayon_m: this.radius, nom: "" });
  }

  protected end(): void {}

  protected tell(status: string): void {
    show({
      title: `Cercle de ${lengthText(this.radius)} de rayon`, cross: true, status,
      hint: `Cliquez le centre. ${KEYBOARD} pose le centre, Échap abandonne.`,
      actions: [
        { label: "Centre à la croix", main: true, run: this.atCross },
        { label: "Abandonner", run: this.stop },
      ],
    });
  }
}
