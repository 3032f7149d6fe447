// The corners of a perimeter, or the centre and radius of a circle, typed rather than dragged.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { copiedPlace, readPlace } from "../geometry/coordinates";
import { problemOf, ringsOf } from "../geometry/perimeter";
import type { Position } from "../model/data";
import type { Perimeter } from "../state/view";
import type { App } from "../ui/app";
import { readRadius } from "./CircleForm";
import { MOST_HANDLES } from "./handles";

export function Corners({ app, perimeter }: { app: App; perimeter: Perimeter }): JSX.Element | null {
  const lines = perimeter.kind === "circle" ? [perimeter.centre] : perimeter.rings[0]!;
  const [text, setText] = useState(lines.map(copiedPlace).join("\n"));
  const [radius, setRadius] = useState(perimeter.kind === "circle" ? String(perimeter.rayon_m).replace(".", ",") : "");
  const [error, setError] = useState("");
  if (perimeter.kind === "polygon" && (perimeter.rings.length > 1 || lines.length > MOST_HANDLES)) {
    return <p class="petit">Ce périmètre vient d’un fichier{lines.length > MOST_HANDLES ? " aux nombreux sommets" : ""}{"\u00a0: "}pour en corriger le contour, modifiez le fichier{lines.length > MOST_HANDLES ? "" : ", ou les sommets sur la carte"}.</p>;
  }
  const submit = (e: Event): void => {
    e.preventDefault();
    const made = read(text, radius, perimeter);
    if (typeof made === "string") setError(made);
    else app.store.set({ perimeter: made });
  };
  const circle = perimeter.kind === "circle";
  return (
    <details class="sommets">
      <summary>{circle ? "Écrire le centre et le rayon" : "Écrire les sommets"}</summary>
      <form onSubmit={submit}>
        <label for="sommets-texte">{circle ? "Centre" : "Un sommet par ligne"} (latitude, longitude, ou X, Y en Lambert-93)</label>
        <textarea id="sommets-texte" rows={circle ? 1 : Math.min(10, lines.length + 1)} value={text} spellcheck={false} onInput={(e) => setText(e.currentTarget.value)} />
        {circle && (
          <p class="ligne"><label for="sommets-rayon">Rayon en mètres</label> <input id="sommets-rayon" type="text" inputMode="decimal" value={radius} onInput={(e) => setRadius(e.currentTarget.value)} /></p>
        )}
        <p class="erreur" role="alert">{error}</p>
        <button type="submit">Appliquer</button>
      </form>
      <p class="petit">Sur la carte, chaque sommet se glisse, ou se déplace par les flèches quand il a le focus{"\u00a0; "}Suppr le supprime.</p>
    </details>
  );
}

function read(text: string, radius: string, perimeter: Perimeter): Perimeter | string {
  const places: Position[] = [];
  for (const [rank, line] of text.split("\n").map((one) => one.trim()).filter(Boolean).entries()) {
    const place = readPlace(line);
    if (!place) return `Ligne ${rank + 1} non reconnue. Exemples\u00a0: 50,43 2,83 ou 687903 7036955.`;
    places.push(place.at);
  }
  if (perimeter.kind === "circle") {
    const metres = readRadius(radius, "m");
    return places[0] && metres !== null ? { ...perimeter, centre: places[0], rayon_m: metres } : "Il faut un centre, et un rayon d’au plus 100\u00a0000\u00a0m.";
  }
  const made: Perimeter = { ...perimeter, rings: [places] };
  return problemOf(ringsOf(made)) || made;
}
