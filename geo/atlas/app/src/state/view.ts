// What the reader has chosen: all that a link restores.
import type { Atlas } from "../model/atlas";
import type { Position } from "../model/data";

export interface Filters {
  readonly statuts: readonly string[]; // ids of the data; "" for a status that is not known
  readonly periode: readonly [from: number, to: number] | null; // years, both included
  readonly financeurs: readonly string[];
  readonly bailleurs: readonly string[];
  readonly unesco: "" | "oui" | "non";
  readonly precisions: readonly string[];
  readonly euros: readonly [from: number | null, to: number | null] | null;
}

export interface Camera { readonly lat: number; readonly lon: number; readonly zoom: number }

// A perimeter that the reader drew: a ring that is not closed, or a circle in metres (Lambert-93).
export type Perimeter =
  | { readonly kind: "polygon"; readonly rings: readonly (readonly Position[])[]; readonly nom: string }
  | { readonly kind: "circle"; readonly centre: Position; readonly rayon_m: number; readonly nom: string };

export interface View {
  readonly territory: string; // "" the basin, a SIREN, an INSEE code
  readonly selection: string; // id of a feature
  readonly layers: ReadonlySet<string>;
  readonly opacity: Readonly<Record<string, number>>; // by layer, from 0 to 1; 1 where nothing is told
  readonly filters: Filters;
  readonly theme: string; // id of a thematic view, or ""
  readonly ground: string; // id of a base map, or "" for the page's own
  readonly before: string; // the base map on the left of the swipe, or ""
  readonly swipe: number; // where it stands, from 0 to 1
  readonly camera: Camera | null; // null while it is fitted on the territory
  readonly perimeter: Perimeter | null;
  readonly dock: "" | "perimetre" | "comparer" | "tableau"; // what stands on the right
  readonly other: string; // the territory that the current one is compared with, and after "~" the way
  readonly dark: boolean; // dark colours, for a projector
}

export const NO_FILTER: Filters = {
  statuts: [], periode: null, financeurs: [], bailleurs: [], unesco: "", precisions: [], euros: null,
};

export const KINDS_OF_FILTER = Object.keys(NO_FILTER) as (keyof Filters)[];

// Whether a filter of this kind is set.
export function isSet(filters: Filters, kind: keyof Filters): boolean {
  const value = filters[kind];
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== "";
}

// What a page shows when it is opened.
export function opening(atlas: Atlas): View {
  return {
    territory: atlas.data.territoire,
    selection: "",
    layers: new Set(atlas.data.couches.filter((c) => c.visible).map((c) => c.id)),
    opacity: {},
    filters: NO_FILTER,
    theme: "",
    ground: "",
    before: "",
    swipe: 0.5,
    camera: null,
    perimeter: null,
    dock: "",
    other: "",
    dark: false,
  };
}
