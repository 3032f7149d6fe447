// The ways to make a perimeter.
import type { JSX } from "preact";
import type { App } from "../ui/app";
import { CircleForm } from "./CircleForm";
import { PolygonTool } from "./tools";
import { askFile } from "./upload";

export function askCircle(app: App): void {
  app.ask({ title: "Cercle d’un rayon donné", sub: "Le rayon est mesuré dans le plan Lambert-93.", body: <CircleForm app={app} /> });
}

export function Start({ app, again }: { app: App; again: boolean }): JSX.Element {
  return (
    <section class="commencer" aria-label={again ? "Un autre périmètre" : "Choisir un périmètre"}>
      {again && <h3>Un autre périmètre</h3>}
      <p class="actions">
        <button type="button" onClick={() => new PolygonTool(app).start()}>Dessiner</button>
        <button type="button" onClick={() => askCircle(app)}>Cercle…</button>
        <button type="button" onClick={() => askFile(app)}>Ouvrir un fichier…</button>
      </p>
      <p class="petit">Fichiers GeoJSON ou KML, en WGS84 ou Lambert-93{"\u00a0; "}on peut aussi les glisser sur la page. Rien n’est envoyé.</p>
    </section>
  );
}
