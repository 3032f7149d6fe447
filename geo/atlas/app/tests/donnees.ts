// The data of a small page, for tests: two EPCI, three communes, three layers.
import type { Couche, Donnees, Entite } from "../src/model/data";
import type { Geometry } from "../src/model/geometry";

export function square(lon: number, lat: number, side = 0.1): Geometry {
  const ring = Float64Array.from([lon, lat, lon + side, lat, lon + side, lat + side, lon, lat + side]);
  return { kind: "polygon", parts: [ring], shells: [0], anchor: [lon + side / 2, lat + side / 2] };
}

export function dot(lon: number, lat: number): Geometry {
  return { kind: "point", parts: [Float64Array.from([lon, lat])], shells: [], anchor: [lon, lat] };
}

export function line(...flat: number[]): Geometry {
  return { kind: "line", parts: [Float64Array.from(flat)], shells: [], anchor: [flat[0]!, flat[1]!] };
}

export function couche(patch: Partial<Couche> & { id: string }): Couche {
  return {
    titre: patch.id, axe: 1, inventaire: false, visible: true, resume: "", couleur: "#a63d2a", texte: "#a63d2a", picto: "", forme: "carre",
    epaisseur: 3, tirets: "", remplissage: 0, motif: "", lineaire: false, ponctuel: false, surfacique: false, donnees: "", pannes: [], sources: ["Bilan"], decimales: 6, ...patch,
  };
}

export function entite(patch: Partial<Entite> & { id: string }): Entite {
  return {
    nom: patch.id, couche: "cites", inventaire: false, communes: ["62498"], epci: ["200033579"], couvre: [], ou: "Lens", precision: "exacte",
    statut: "", statut_texte: "", resume: "", faits: [], montants: [], contexte: [], reserve: "", source: "Bilan, ligne 1", debut: "", fin: "", etat_au: "",
    financeurs: [], bailleurs: [], unesco: "", geometrie: dot(2.83, 50.43), ...patch,
  };
}

export function donnees(patch: Partial<Donnees> = {}): Donnees {
  return {
    titre: "Bassin", sous_titre: "2 EPCI", date: "22 novembre 2026", etat: "à fin 2022", accueil: "", rapport: "", territoire: "",
    axes: [{ id: 1, titre: "Axe 1", court: "Cadre de vie", couleur: "#a63d2a", texte: "#a63d2a" }],
    couches: [couche({ id: "cites" }), couche({ id: "friches", visible: true }), couche({ id: "puits", inventaire: true, visible: false })],
    epci: [
      { siren: "200033579", nom: "CA de Lens-Liévin", court: "Lens-Liévin", alias: [], contexte: "", etiquette: [2.8, 50.4], forme: square(2.7, 50.3, 0.2) },
      { siren: "200044618", nom: "CA Douaisis Agglo", court: "Douaisis", alias: [], contexte: "", etiquette: [3, 50.4], forme: square(2.9, 50.3, 0.2) },
    ],
    communes: [
      { insee: "62498", nom: "Lens", siren: "200033579", population: 32000, contexte: "", centre: [2.83, 50.43], forme: square(2.7, 50.3) },
      { insee: "62510", nom: "Liévin", siren: "200033579", population: 30000, contexte: "", centre: [2.77, 50.42], forme: square(2.8, 50.3) },
      { insee: "59178", nom: "Douai", siren: "200044618", population: 39000, contexte: "", centre: [3.08, 50.37], forme: square(2.9, 50.3) },
    ],
    perimetre: square(2.7, 50.3, 0.4),
    entites: [
      entite({ id: "cites-1", nom: "Cité du Moulin" }),
      entite({ id: "cites-2", nom: "Cité du Moulin", communes: ["59178"], epci: ["200044618"], geometrie: dot(3.08, 50.37) }),
      entite({ id: "friches-1", couche: "friches", geometrie: square(2.75, 50.35, 0.01) }),
    ],
    chiffres: [], cles: [], stats: {}, premiers: [], comparaison: {}, noms: { "200033579": "Lens-Liévin", "200044618": "Douaisis" }, pages: {}, themes: { liste: [], rampes: {}, tailles: {}, mesures: {}, km2: [] }, statuts: [{ id: "livré", texte: "Livré", couleur: "#2b7a56" }],
    precisions: { exacte: "position exacte" }, sources_courtes: ["Bilan"], sources: [], mentions: [], demander: [], voisinages: [], anciens_noms: {},
    fonds: ["ortho-ign", "photo-1949-1955"].map((id) => ({ id, nom: id, groupe: "Plans", url: "https://exemple.fr/{z}/{x}/{y}.png", attribution: "", couche: "", zoom: 19, lien: "" })),
    fabrique: { version: "1.0", commande: "erbm atlas" },
    ...patch,
  };
}
