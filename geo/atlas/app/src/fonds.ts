// The choice of a base map. None is asked of the network before it is chosen; until its first image
// is there, and if none comes, the page's own ground stays.
import L from "leaflet";
import { h } from "./dom";
import type { Fond } from "./donnees";

const PATIENCE = 4; // images that fail, none having come, before the neutral ground comes back

export function choixFond(racine: HTMLElement, carte: L.Map, fonds: Fond[], annoncer: (texte: string) => void): void {
  const liste = h("select", { "aria-label": "Fond de carte" }, h("option", { value: "" }, "Fond neutre"));
  for (const groupe of new Set(fonds.map((f) => f.groupe))) {
    liste.append(h("optgroup", { label: `${groupe} (réseau)` }, ...fonds.filter((f) => f.groupe === groupe).map((f) => h("option", { value: f.id }, f.nom))));
  }
  let tuiles: L.TileLayer | undefined;
  const retirer = (): void => {
    tuiles?.remove();
    tuiles = undefined;
    carte.getContainer().classList.remove("avec-fond");
  };
  liste.addEventListener("change", () => {
    retirer();
    const fond = fonds.find((f) => f.id === liste.value);
    if (!fond) return;
    tuiles = images(fond);
    let venues = false;
    let echecs = 0;
    tuiles.on("tileload", () => {
      venues = true;
      carte.getContainer().classList.add("avec-fond");
    });
    tuiles.on("tileerror", () => {
      if (venues || ++echecs !== PATIENCE) return;
      annoncer(`Fond « ${fond.groupe}, ${fond.nom} » indisponible : pas de réseau ? La carte garde le fond neutre.`);
      liste.value = "";
      retirer();
    });
    tuiles.addTo(carte);
  });
  racine.append(liste);
}

function images({ url, couche, attribution, zoom }: Fond): L.TileLayer {
  const options = { attribution, maxZoom: 19, maxNativeZoom: zoom };
  return couche ? L.tileLayer.wms(url, { ...options, layers: couche, format: "image/png", version: "1.3.0", transparent: true }) : L.tileLayer(url, options);
}
