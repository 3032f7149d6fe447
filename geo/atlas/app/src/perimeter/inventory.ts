// What is in a perimeter: for every layer how many, how long, how large; which communes it meets.
import Flatbush from "flatbush";
import { Cutter, sizeOf, type Part } from "../geometry/cut";
import { planarOf, type Planar } from "../geometry/planar";
import type { Atlas } from "../model/atlas";
import type { Commune, Couche, Entite } from "../model/data";

const WHOLE = 1 - 1e-9; // share from which a feature is wholly inside
const TOUCHED = 1e-6; // share of a perimeter that may lie beyond the page by rounding

export interface Item {
  readonly feature: Entite;
  readonly planar: Planar;
  readonly points: number;
  readonly length: number; // metres inside
  readonly area: number; // square metres inside
  readonly share: number; // of the feature
  readonly whole: boolean;
}

export interface LayerCount {
  readonly layer: Couche;
  readonly items: readonly Item[];
  readonly length: number;
  readonly area: number;
  readonly euros: number; // of the features wholly inside that tell theirs
  readonly unsure: number; // located by their address, their commune or less
}

export interface Met { readonly commune: Commune; readonly share: number; readonly area: number }

export interface Inventory {
  readonly planar: Planar;
  readonly area: number;
  readonly outline: number;
  readonly beyond: number; // square metres out of the communes of the page, where it does not know all
  readonly layers: readonly LayerCount[];
  readonly communes: readonly Met[];
  readonly covering: readonly Entite[]; // measures of whole territories that the perimeter meets
}

interface Placed<T> { readonly of: T; readonly planar: Planar }

class Indexed<T> {
  private readonly index: Flatbush | null;

  constructor(private readonly placed: readonly Placed<T>[]) {
    this.index = placed.length ? new Flatbush(placed.length) : null;
    for (const { planar } of placed) this.index!.add(...planar.box);
    this.index?.finish();
  }

  near({ box }: Planar): Placed<T>[] {
    const ranks = this.index?.search(...box) ?? [];
    return ranks.sort((a, b) => a - b).map((rank) => this.placed[rank]!);
  }
}

// The features and communes of a page in the plane, made once.
export class Ground {
  private features: Indexed<Entite> | null = null;
  private communes: Indexed<Commune> | null = null;

  constructor(private readonly atlas: Atlas) {}

  inventory(planar: Planar, test: ((feature: Entite) => boolean) | null = null): Inventory {
    const cutter = new Cutter(planar);
    const communes = this.communesMet(cutter);
    const size = sizeOf(planar);
    const beyond = size.area - communes.reduce((sum, met) => sum + met.area, 0);
    return { planar, ...size, beyond: beyond > TOUCHED * size.area ? beyond : 0, layers: this.layers(cutter, test), communes, covering: this.covering(communes, test) };
  }

  private layers(cutter: Cutter, test: ((feature: Entite) => boolean) | null): LayerCount[] {
    this.features ??= new Indexed(this.atlas.data.entites.flatMap((of) => (of.geometrie ? [{ of, planar: planarOf(of.geometrie) }] : [])));
    const byLayer = new Map<string, Item[]>();
    for (const { of, planar } of this.features.near(cutter.perimeter)) {
      if (test && !test(of)) continue;
      const part = cutter.part(planar);
      if (!part.share) continue;
      const items = byLayer.get(of.couche) ?? [];
      byLayer.set(of.couche, items);
      items.push(item(of, planar, part));
    }
    return this.atlas.data.couches.flatMap((layer) => {
      const items = byLayer.get(layer.id);
      return items ? [counted(layer, items)] : [];
    });
  }

  private communesMet(cutter: Cutter): Met[] {
    this.communes ??= new Indexed(this.atlas.data.communes.map((of) => ({ of, planar: planarOf(of.forme) })));
    return this.communes.near(cutter.perimeter)
      .map(({ of, planar }) => ({ commune: of, ...cutter.part(planar) }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.area - a.area);
  }

  private covering(met: readonly Met[], test: ((feature: Entite) => boolean) | null): Entite[] {
    const epci = new Set(met.map(({ commune }) => commune.siren));
    return this.atlas.data.entites.filter((e) => e.precision === "territoire" && (!test || test(e))
      && (e.couvre.some((siren) => epci.has(siren)) || e.communes.some((insee) => met.some(({ commune }) => commune.insee === insee))));
  }
}

const grounds = new WeakMap<Atlas, Ground>();

export function groundOf(atlas: Atlas): Ground {
  let ground = grounds.get(atlas);
  if (!ground) grounds.set(atlas, (ground = new Ground(atlas)));
  return ground;
}

// Where coordinates were rounded for the page, the exact measure of the whole is told: the part is of it.
function item(feature: Entite, planar: Planar, part: Part): Item {
  const { points, share } = part;
  const exact = feature.mesure;
  return {
    feature, planar, points, share,
    length: planar.kind === "line" && exact !== undefined ? share * exact : part.length,
    area: planar.kind === "polygon" && exact !== undefined ? share * exact : part.area,
    whole: share >= WHOLE,
  };
}

function counted(layer: Couche, items: readonly Item[]): LayerCount {
  const sum = (value: (item: Item) => number): number => items.reduce((total, one) => total + value(one), 0);
  return {
    layer, items,
    length: sum((i) => i.length),
    area: sum((i) => i.area),
    euros: sum((i) => (i.whole ? (i.feature.euros ?? 0) : 0)),
    unsure: items.filter((i) => i.feature.precision !== "exacte").length,
  };
}
