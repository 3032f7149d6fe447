// Which features a view shows: of its territory, through its filters, in its layers.
import type { Atlas } from "../model/atlas";
import type { Entite } from "../model/data";
import { isSet, KINDS_OF_FILTER, type Filters, type View } from "./view";

export interface Count {
  places: number; // located features, or records
  measures: number; // measures of a whole territory
  all: number; // both, before the filters
  records: number; // of these, what is known from an inventory
}

const NONE: readonly Entite[] = [];

export class Selectors {
  private territory: string | undefined;
  private inTerritory: Entite[] = [];
  private filters: Filters | undefined;
  private filtered: Entite[] = [];
  private layers: ReadonlySet<string> | undefined;
  private visible: readonly Entite[] = [];

  constructor(private readonly atlas: Atlas) {}

  // Features of the current territory, whatever the layers and filters.
  ofTerritory(view: View): readonly Entite[] {
    if (this.territory !== view.territory) {
      this.territory = view.territory;
      this.inTerritory = this.atlas.data.entites.filter((e) => this.atlas.concerns(e, view.territory));
      this.filters = undefined;
    }
    return this.inTerritory;
  }

  // Those that the filters leave.
  passing(view: View): readonly Entite[] {
    const all = this.ofTerritory(view);
    if (this.filters !== view.filters) {
      this.filters = view.filters;
      const test = tester(view.filters);
      this.filtered = test ? all.filter(test) : [...all];
      this.layers = undefined;
    }
    return this.filtered;
  }

  // Features of the current territory in the layers that are shown, whatever the filters.
  inLayers(view: View): Entite[] {
    return this.ofTerritory(view).filter((e) => view.layers.has(e.couche));
  }

  isFiltered({ filters }: View): boolean {
    return KINDS_OF_FILTER.some((kind) => isSet(filters, kind));
  }

  // Those that the filters leave in the layers that are shown; the same array as long as nothing changes in it.
  shown(view: View): readonly Entite[] {
    const passing = this.passing(view);
    if (this.layers !== view.layers) {
      this.layers = view.layers;
      this.visible = passing.filter((e) => view.layers.has(e.couche));
    }
    return this.visible;
  }

  // Those that are drawn: on a thematic view features give way to it, unless the reader asks for both.
  drawn(view: View): readonly Entite[] {
    const shown = this.shown(view);
    const [theme, , over] = view.theme.split(":");
    if (over || !this.atlas.data.themes.liste.some((t) => t.id === theme)) return shown;
    return view.selection ? shown.filter((e) => e.id === view.selection) : NONE;
  }

  // Measures for the whole basin or Département that the current territory is a part of: they are
  // kept apart from what is its own.
  overall(view: View): Entite[] {
    const test = tester(view.filters);
    return this.atlas.data.entites.filter((e) => view.layers.has(e.couche) && this.atlas.covers(e, view.territory) && (!test || test(e)));
  }

  // Whether what is shown has no place of its own on the map.
  onlyMeasures(view: View): boolean {
    const shown = this.shown(view);
    return shown.length > 0 && shown.every((e) => e.geometrie === null);
  }

  // How many features each layer has here, through the filters.
  counts(view: View): ReadonlyMap<string, Count> {
    const counts = new Map<string, Count>(this.atlas.data.couches.map((c) => [c.id, { places: 0, measures: 0, all: 0, records: 0 }]));
    for (const feature of this.ofTerritory(view)) {
      const count = counts.get(feature.couche)!;
      count.all += 1;
      if (feature.inventaire) count.records += 1;
    }
    for (const feature of this.passing(view)) {
      const count = counts.get(feature.couche)!;
      if (feature.precision === "territoire") count.measures += 1;
      else count.places += 1;
    }
    return counts;
  }

  // Whether a view can show a feature: its layer is ticked, its territory the right one. Filters
  // do not hide the feature that was asked for by its name.
  reaches(view: View, feature: Entite): boolean {
    return view.layers.has(feature.couche) && (this.atlas.concerns(feature, view.territory) || this.atlas.covers(feature, view.territory));
  }
}

// The test of a set of filters; nothing if none is set. Filters add up: a feature passes them all;
// inside one, any of its values will do.
export function tester(filters: Filters): ((feature: Entite) => boolean) | null {
  const tests = KINDS_OF_FILTER.filter((kind) => isSet(filters, kind)).map((kind) => TESTS[kind](filters));
  return tests.length ? (feature) => tests.every((test) => test(feature)) : null;
}

type Test = (feature: Entite) => boolean;

const TESTS: Record<keyof Filters, (filters: Filters) => Test> = {
  statuts: ({ statuts }) => (e) => statuts.includes(e.statut),
  financeurs: ({ financeurs }) => (e) => e.financeurs.some((f) => financeurs.includes(f)),
  bailleurs: ({ bailleurs }) => (e) => e.bailleurs.some((b) => bailleurs.includes(b)),
  precisions: ({ precisions }) => (e) => precisions.includes(e.precision),
  unesco: ({ unesco }) => (e) => e.unesco === unesco,
  euros: ({ euros }) => (e) => e.euros !== undefined && e.euros >= (euros?.[0] ?? -Infinity) && e.euros <= (euros?.[1] ?? Infinity),
  periode: ({ periode }) => (e) => {
    const years = yearsOf(e);
    return years !== null && years[0] <= periode![1] && years[1] >= periode![0];
  },
};

// The first and last year of a feature that tells them; one date stands for both.
export function yearsOf(feature: Entite): [number, number] | null {
  const [from, to] = [feature.debut, feature.fin].map((date) => Number(date.slice(0, 4)));
  if (!from && !to) return null;
  return [from || to!, to || from!];
}
