// What there is to draw, by layer: batches made once a layer, and which of their features are shown.
import type { Atlas } from "../model/atlas";
import type { Couche, Entite } from "../model/data";
import { worldX, worldY, type Geometry } from "../model/geometry";
import { batch, type Batch } from "./batch";

const MANY = 400; // features from which a layer of measures is drawn as records are
export const RECORD = 1;
export const MEASURE = 2;
export const INDICATIVE = 3; // a measure whose line is not where it is drawn

export interface Dots { xy: Float64Array; owners: Uint32Array; extra: Uint8Array } // `extra`: not the first of its feature

interface Content {
  features: readonly Entite[];
  lines: Batch;
  areas: Batch;
  dots: Dots;
  sizes: Float64Array; // side of each feature's polygons, in fractions of the world; 0 without any
}

export interface LayerScene extends Content {
  layer: Couche;
  lit: Uint8Array; // of each feature: 0 hidden, RECORD, MEASURE or INDICATIVE
  measures: Entite[]; // those with a symbol of their own
  records: number;
}

const contents = new WeakMap<Atlas, Map<string, Content>>();
const scenes = new WeakMap<readonly Entite[], LayerScene[]>();

// The layers of the features that are shown, those of the widest polygons first.
export function sceneOf(atlas: Atlas, shown: readonly Entite[]): LayerScene[] {
  const known = scenes.get(shown);
  if (known) return known;
  const byLayer = new Map<string, Entite[]>();
  for (const feature of shown) {
    const own = byLayer.get(feature.couche);
    if (own) own.push(feature);
    else byLayer.set(feature.couche, [feature]);
  }
  const made = atlas.data.couches.filter((c) => byLayer.has(c.id)).map((c) => light(atlas, c, byLayer.get(c.id)!));
  made.sort((a, b) => median(b.sizes) - median(a.sizes));
  scenes.set(shown, made);
  return made;
}

// Both runs of features are in the order of the data: one walk through them finds who is shown.
function light(atlas: Atlas, layer: Couche, shown: readonly Entite[]): LayerScene {
  const content = contentOf(atlas, layer.id);
  const lit = new Uint8Array(content.features.length);
  const many = shown.length > MANY;
  const measures: Entite[] = [];
  let records = 0;
  let rank = 0;
  for (const feature of shown) {
    while (content.features[rank] !== feature) rank += 1;
    const measure = !many && !feature.inventaire;
    const loose = measure && feature.geometrie?.kind === "line" && feature.precision === "indicative";
    lit[rank] = loose ? INDICATIVE : measure ? MEASURE : RECORD;
    if (!measure) records += 1;
    else if (feature.geometrie && feature.geometrie.kind !== "line") measures.push(feature);
  }
  measures.sort((a, b) => sureness(a) - sureness(b) || (a.id < b.id ? -1 : 1));
  return { ...content, layer, lit, measures, records };
}

function contentOf(atlas: Atlas, id: string): Content {
  let known = contents.get(atlas);
  if (!known) {
    known = new Map();
    contents.set(atlas, known);
    const byLayer = new Map<string, Entite[]>(atlas.data.couches.map((c) => [c.id, []]));
    for (const feature of atlas.data.entites) byLayer.get(feature.couche)?.push(feature);
    for (const [key, features] of byLayer) known.set(key, lazily(features));
  }
  return known.get(id)!;
}

// A layer's batches are made when the layer is first shown.
function lazily(features: readonly Entite[]): Content {
  let made: Content | undefined;
  const get = (): Content => (made ??= contentFrom(features));
  return {
    features,
    get lines() { return get().lines; }, get areas() { return get().areas; }, get dots() { return get().dots; }, get sizes() { return get().sizes; },
  };
}

function contentFrom(features: readonly Entite[]): Content {
  const of = (kind: Geometry["kind"]): (Geometry | null)[] => features.map(({ geometrie: g }) => (g?.kind === kind ? g : null));
  const areas = batch(of("polygon"));
  return { features, lines: batch(of("line")), areas, dots: dotsOf(features), sizes: sidesOf(areas, features.length) };
}

// Points, and for polygons the place of their symbol.
function dotsOf(features: readonly Entite[]): Dots {
  const [flat, owners, extra]: number[][] = [[], [], []];
  features.forEach(({ geometrie: shape }, owner) => {
    if (!shape || shape.kind === "line") return;
    const run = shape.kind === "point" ? shape.parts[0]! : shape.anchor;
    for (let i = 0; i < run.length; i += 2) {
      flat!.push(worldX(run[i]!), worldY(run[i + 1]!));
      owners!.push(owner);
      extra!.push(i ? 1 : 0);
    }
  });
  return { xy: Float64Array.from(flat!), owners: Uint32Array.from(owners!), extra: Uint8Array.from(extra!) };
}

// Side of a square as large as the bounds of the largest polygon of each feature.
function sidesOf({ owners, boxes }: Batch, count: number): Float64Array {
  const sides = new Float64Array(count);
  owners.forEach((owner, part) => {
    const side = Math.sqrt((boxes[4 * part + 2]! - boxes[4 * part]!) * (boxes[4 * part + 3]! - boxes[4 * part + 1]!));
    sides[owner] = Math.max(sides[owner]!, side);
  });
  return sides;
}

function median(sizes: Float64Array): number {
  return sizes.length ? sizes.slice().sort()[sizes.length >> 1]! : 0;
}

function sureness(feature: Entite): number {
  return feature.precision === "exacte" ? 0 : feature.precision === "adresse" ? 1 : 2;
}
