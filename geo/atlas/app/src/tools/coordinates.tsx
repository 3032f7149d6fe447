// Coordinates: under the pointer, of a place that is clicked, and to go to one that is typed.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { copiedPlace, readPlace, writePlace } from "../geometry/coordinates";
import { toMetres } from "../geometry/lambert";
import type { Position } from "../model/data";
import type { App } from "../ui/app";
import { copy } from "../ui/clipboard";
import { Draft } from "./draft";
import { show } from "./session";

const HINT = "Déplacez le pointeur pour lire, cliquez pour garder un point. Au clavier\u00a0: les flèches déplacent la carte sous la croix, Entrée garde le point, Échap ferme.";
const CLOSE_ZOOM = 15;

export class CoordinatesTool extends Draft {
  private status = "";

  constructor(app: App) {
    super(app);
  }

  override get path(): readonly Position[] {
    return this.places.slice(-1);
  }

  override move(at: Position): void {
    this.hover = at;
    this.tell();
  }

  protected override add(at: Position): void {
    this.places = [];
    super.add(at);
    this.hover = null;
  }

  protected end(): void {}

  protected tell(status?: string): void {
    const kept = this.places.at(-1);
    if (status !== undefined) this.status = status || (kept ? `${writePlace(kept).decimal}\u00a0; ${writePlace(kept).lambert}` : "");
    show({
      title: "Coordonnées", hint: HINT, status: this.status, cross: true,
      result: (
        <div class="coordonnees">
          {kept && <Told title="Point gardé" at={kept} say={this.app.say} />}
          {this.hover && <p class="petit pointeur">Pointeur{"\u00a0: "}{writePlace(this.hover).decimal}{"\u00a0; "}{writePlace(this.hover).lambert}</p>}
          <GoTo go={this.goTo} />
        </div>
      ),
      actions: [
        { label: "Point à la croix", run: this.atCross },
        { label: "Quitter", main: true, run: this.stop },
      ],
    });
  }

  private goTo = (at: Position): void => {
    const { leaflet } = this.app.map;
    leaflet.setView([at[1], at[0]], Math.max(leaflet.getZoom(), CLOSE_ZOOM), { animate: false });
    this.add(at);
  };
}

function Told({ title, at, say }: { title: string; at: Position; say: (text: string) => void }): JSX.Element {
  const { decimal, sexagesimal, lambert } = writePlace(at);
  const [x, y] = toMetres(at);
  const line = (name: string, text: string, copied: string): JSX.Element => (
    <li>
      <span><b>{name}</b> {text}</span>
      <button type="button" aria-label={`Copier ${name}`}
        onClick={() => void copy(copied).then((done) => say(done ? `Copié\u00a0: ${copied}` : "Le navigateur refuse la copie\u00a0: sélectionnez le texte."))}>Copier</button>
    </li>
  );
  return (
    <ul aria-label={title}>
      {line("WGS84", decimal, copiedPlace(at))}
      {line("WGS84 (DMS)", sexagesimal, sexagesimal)}
      {line("Lambert-93", lambert, `${x.toFixed(1)}, ${y.toFixed(1)}`)}
    </ul>
  );
}

function GoTo({ go }: { go: (at: Position) => void }): JSX.Element {
  const [text, setText] = useState("");
  const [error, setError] = useState("");
  const submit = (e: Event): void => {
    e.preventDefault();
    const found = readPlace(text);
    setError(found ? "" : "Coordonnées non reconnues. Écrivez par exemple 50,43 2,83 ou 687903 7036955.");
    if (found) go(found.at);
  };
  return (
    <form onSubmit={submit}>
      <label for="aller-a">Aller à (WGS84 ou Lambert-93)</label>
      <span class="champ">
        <input id="aller-a" type="text" value={text} autocomplete="off" placeholder="50,43 2,83" aria-describedby="aller-a-erreur"
          aria-invalid={error ? "true" : "false"} onInput={(e) => setText(e.currentTarget.value)} />
        <button type="submit">Aller</button>
      </span>
      <p id="aller-a-erreur" class="erreur" role="alert">{error}</p>
    </form>
  );
}
