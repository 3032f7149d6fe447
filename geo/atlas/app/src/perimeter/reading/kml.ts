// The polygons of a KML file: their outer and inner boundaries, in WGS84 as KML always is.
import { FileProblem, type Found, type Pair, type Polygon } from "./found";

export function readKml(text: string): Found {
  const document = new DOMParser().parseFromString(text.replace(/^\ufeff/, ""), "application/xml");
  if (document.getElementsByTagName("parsererror").length || document.documentElement.localName !== "kml") {
    throw new FileProblem("Le fichier n’est pas du KML, ou il est incomplet. Exportez-le de nouveau (KML, et non KMZ).");
  }
  const shapes = named(document.documentElement, "Polygon");
  const others = ["Point", "LineString"].some((kind) => named(document.documentElement, kind).length > 0);
  if (!shapes.length) throw new FileProblem("Le fichier n’a aucun polygone. Un périmètre se fait avec des polygones.");
  const placemarks = named(document.documentElement, "Placemark").filter((p) => named(p, "Polygon").length);
  const nom = placemarks.length === 1 ? (named(placemarks[0]!, "name")[0]?.textContent ?? "").trim() : "";
  return { polygons: shapes.map(polygon), crs: "WGS84", nom, skipped: others };
}

function named(element: Element, name: string): Element[] {
  return [...element.getElementsByTagNameNS("*", name)];
}

function polygon(shape: Element): Polygon {
  const outer = named(shape, "outerBoundaryIs")[0];
  if (!outer) throw new FileProblem("Un polygone du fichier n’a pas de contour extérieur. Exportez-le de nouveau.");
  return [outer, ...named(shape, "innerBoundaryIs")].flatMap((boundary) => named(boundary, "coordinates").map((c) => ring(c.textContent ?? "")));
}

function ring(text: string): Pair[] {
  return text.trim().split(/\s+/).filter(Boolean).map((tuple): Pair => {
    const [x, y] = tuple.split(",").map(Number);
    if (x === undefined || y === undefined || !Number.isFinite(x) || !Number.isFinite(y)) {
      throw new FileProblem("Une coordonnée du fichier n’est pas un nombre. Exportez-le de nouveau.");
    }
    return [x, y];
  });
}
