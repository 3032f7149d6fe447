// The circle of a given radius: its radius, and what it is around.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { readPlace, rounded } from "../geometry/coordinates";
import type { Position } from "../model/data";
import type { App } from "../ui/app";
import { choose, CircleTool } from "./tools";

export const MOST_M = 100_000;
const USUAL_M = [300, 500, 1000, 2000, 5000];

type Around = "carte" | "element" | "commune" | "point";

// A radius as it is typed, in metres; nothing if it is none.
export function readRadius(text: string, unit: string): number | null {
  const value = Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", "."));
  const metres = Math.round((unit === "km" ? 1000 * value : value) * 10) / 10;
  return text.trim() && metres > 0 && metres <= MOST_M ? metres : null;
}

export function CircleForm({ app }: { app: App }): JSX.Element {
  const { atlas, store } = app;
  const chosen = atlas.features.get(store.view.selection);
  const [around, setAround] = useState<Around>(chosen?.geometrie ? "element" : "carte");
  const [radius, setRadius] = useState("1");
  const [unit, setUnit] = useState("km");
  const [insee, setInsee] = useState(atlas.communes.has(store.view.territory) ? store.view.territory : "");
  const [typed, setTyped] = useState("");
  const [error, setError] = useState("");
  const draw = (metres: number, centre: Position, nom: string): void => {
    app.ask(null);
    choose(app, { kind: "circle", centre: rounded(centre), rayon_m: metres, nom });
  };
  const submit = (e: Event): void => {
    e.preventDefault();
    const metres = readRadius(radius, unit);
    if (metres === null) return setError(`Le rayon doit être un nombre entre 0 et ${MOST_M / 1000}\u00a0km. Exemple\u00a0: 1,5.`);
    if (around === "element" && chosen?.geometrie) return draw(metres, chosen.geometrie.anchor, `Autour de ${chosen.nom}`);
    const commune = atlas.communes.get(insee);
    if (around === "commune") return commune ? draw(metres, commune.centre, `Autour de ${commune.nom}`) : setError("Choisissez une commune.");
    const place = readPlace(typed);
    if (around === "point") return place ? draw(metres, place.at, "") : setError("Coordonnées non reconnues. Exemples\u00a0: 50,43 2,83 ou 687903 7036955.");
    app.ask(null);
    new CircleTool(app, metres).start();
  };
  const choice = (value: Around, label: string): JSX.Element => (
    <label class="choix"><input type="radio" name="autour" checked={around === value} onChange={() => setAround(value)} /> {label}</label>
  );
  return (
    <form class="cercle" onSubmit={submit}>
      <p class="ligne">
        <label for="rayon">Rayon</label>
        <input id="rayon" type="text" inputMode="decimal" value={radius} list="rayons" aria-describedby="cercle-erreur" onInput={(e) => setRadius(e.currentTarget.value)} />
        <label for="rayon-unite" class="cache">Unité</label>
        <select id="rayon-unite" value={unit} onChange={(e) => setUnit(e.currentTarget.value)}><option value="km">km</option><option value="m">m</option></select>
        <datalist id="rayons">{USUAL_M.map((m) => <option key={m} value={unit === "km" ? String(m / 1000).replace(".", ",") : String(m)} />)}</datalist>
      </p>
      <fieldset>
        <legend>Centre</legend>
        {choice("carte", "à placer sur la carte, au pointeur ou au clavier")}
        {chosen?.geometrie && choice("element", `l’élément choisi\u00a0: ${chosen.nom}`)}
        {choice("commune", "le centre d’une commune")}
        {around === "commune" && (
          <select aria-label="Commune" value={insee} onChange={(e) => setInsee(e.currentTarget.value)}>
            <option value="">Choisir…</option>
            {[...atlas.data.communes].sort((a, b) => a.nom.localeCompare(b.nom, "fr")).map((c) => <option key={c.insee} value={c.insee}>{c.nom}</option>)}
          </select>
        )}
        {choice("point", "des coordonnées")}
        {around === "point" && (
          <input type="text" aria-label="Coordonnées du centre, WGS84 ou Lambert-93" placeholder="50,43 2,83" value={typed} onInput={(e) => setTyped(e.currentTarget.value)} />
        )}
      </fieldset>
      <p id="cercle-erreur" class="erreur" role="alert">{error}</p>
      <p class="actions"><button type="submit" class="principal">{around === "carte" ? "Placer le centre" : "Tracer le cercle"}</button></p>
    </form>
  );
}
