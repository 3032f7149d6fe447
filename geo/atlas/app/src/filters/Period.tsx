// The period: two ends that slide from 2017 to 2026, a bar for each year, and years that pass by themselves.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { yearsOf } from "../state/select";
import { useApp, useView } from "../ui/app";
import { plural } from "../ui/text";
import { FIRST_YEAR, LAST_YEAR, leftBy, others, periodText } from "./facets";

type Years = readonly [from: number, to: number];

const STEP_MS = 1200;
const ALL: Years = [FIRST_YEAR, LAST_YEAR];
const YEARS = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, i) => FIRST_YEAR + i);

// The years that follow when they pass: the same number of them one year later, or one more year.
export function following([from, to]: Years, added: boolean): Years | null {
  return to >= LAST_YEAR ? null : [added ? from : from + 1, to + 1];
}

export function Period(): JSX.Element {
  const { store } = useApp();
  const view = useView();
  const { filters } = view;
  const [from, to] = filters.periode ?? ALL;
  const features = others(store.select.inLayers(view), filters, "periode");
  const undated = features.filter((e) => !yearsOf(e)).length;
  const elsewhere = features.length - undated - leftBy(features, { periode: ALL });
  const set = (periode: Years | null): void => store.set({ filters: { ...store.view.filters, periode } });
  const choose = ([first, last]: Years): void => set(first === FIRST_YEAR && last === LAST_YEAR ? null : [first, last]);
  return (
    <fieldset class="periode">
      <legend class="cache">Période, de {FIRST_YEAR} à {LAST_YEAR}</legend>
      <YearBars counts={YEARS.map((year) => leftBy(features, { periode: [year, year] }))} years={[from, to]} choose={choose} />
      <div class="deux-bouts" style={{ "--de": (from - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR), "--a": (to - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR) }}>
        <input type="range" min={FIRST_YEAR} max={LAST_YEAR} value={from} aria-label="Première année" data-bout="de"
          class={from > (FIRST_YEAR + LAST_YEAR) / 2 ? "dessus" : ""}
          onInput={(e) => choose([Math.min(Number(e.currentTarget.value), to), to])} />
        <input type="range" min={FIRST_YEAR} max={LAST_YEAR} value={to} aria-label="Dernière année" data-bout="a"
          onInput={(e) => choose([from, Math.max(Number(e.currentTarget.value), from)])} />
      </div>
      <Player years={[from, to]} running={filters.periode !== null} show={set} />
      {undated > 0 && <p class="petit">{plural(undated, "élément")} sans date, non {undated > 1 ? "montrés" : "montré"} dès qu’une période est choisie.</p>}
      {elsewhere > 0 && <p class="petit">{plural(elsewhere, "élément")} daté{elsewhere > 1 ? "s" : ""} d’avant {FIRST_YEAR} ou d’après {LAST_YEAR}.</p>}
    </fieldset>
  );
}

// How many features each year leaves; a year is chosen by its bar.
function YearBars({ counts, years: [from, to], choose }: { counts: number[]; years: Years; choose(years: Years): void }): JSX.Element {
  const most = Math.max(1, ...counts);
  return (
    <ol class="annees" aria-label="Éléments par année">
      {YEARS.map((year, i) => {
        const only = from === year && to === year;
        return (
          <li key={year}>
            <button type="button" class={year >= from && year <= to ? "dedans" : ""} aria-pressed={only} data-annee={year}
              onClick={() => choose(only ? ALL : [year, year])}>
              <span class="n">{counts[i]}</span>
              <span class="cache">{counts[i]! < 2 ? " élément en " : " éléments en "}</span>
              <span class="fut"><span style={{ height: `${(100 * counts[i]!) / most}%` }} /></span>
              <span class="an">{year}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

// Years that pass leave those that have a date, also when all of them have passed.
function Player({ years, running, show }: { years: Years; running: boolean; show(years: Years): void }): JSX.Element {
  const [playing, setPlaying] = useState(false);
  const [added, setAdded] = useState(false);
  const now = useRef({ years, show, added });
  now.current = { years, show, added };
  useEffect(() => {
    if (!playing) return;
    const timer = window.setInterval(() => {
      const next = following(now.current.years, now.current.added);
      if (next) now.current.show(next);
      if (!next || next[1] === LAST_YEAR) setPlaying(false);
    }, STEP_MS);
    return () => window.clearInterval(timer);
  }, [playing]);
  const play = (): void => {
    if (!playing && (!running || years[1] === LAST_YEAR)) show([FIRST_YEAR, FIRST_YEAR]);
    setPlaying(!playing);
  };
  return (
    <div class="lecteur">
      <button type="button" class="bouton" onClick={play}>{playing ? "❚❚ Pause" : "► Faire défiler les années"}</button>
      <output aria-live={playing ? "off" : "polite"}>{periodText(years)}</output>
      <label class="choix"><input type="checkbox" checked={added} onChange={() => setAdded(!added)} /> en cumulant depuis la première année</label>
    </div>
  );
}
