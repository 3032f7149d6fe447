// The dates of a feature on a line of years, and the same in words.
import type { JSX } from "preact";
import type { Entite } from "../model/data";
import { useApp } from "../ui/app";
import { lifeOf, type Life, type Moment } from "./dates";

const WIDTH = 340;
const EDGE = 12; // room on both sides for the labels of the years
const LINE = 18; // height of the line

export function Timeline({ feature }: { feature: Entite }): JSX.Element | null {
  const life = lifeOf(feature, useApp().atlas.data.statuts);
  if (!life) return null;
  return (
    <section class="temps" aria-labelledby="fiche-temps">
      <h3 id="fiche-temps">Dans le temps</h3>
      <Axis life={life} />
      <ol>{life.moments.map((m) => <li key={m.kind}><Mark kind={m.kind} colour={life.colour} /> {m.text}</li>)}</ol>
    </section>
  );
}

function Axis({ life }: { life: Life }): JSX.Element {
  const { from, to, moments, span, colour } = life;
  const x = (year: number): number => EDGE + ((year - from) / (to - from)) * (WIDTH - 2 * EDGE);
  const every = Math.ceil((to - from) / 10);
  const years = Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => from + i * every);
  return (
    <svg viewBox={`0 0 ${WIDTH} 44`} class="axe-temps" aria-hidden="true" focusable="false">
      <path d={`M${EDGE} ${LINE}H${WIDTH - EDGE}`} class="ligne" />
      {span && <path d={`M${x(span[0]).toFixed(1)} ${LINE}H${x(span[1]).toFixed(1)}`} class="duree" />}
      {years.map((year, i) => (
        <g key={year}>
          <path d={`M${x(year).toFixed(1)} ${LINE - 3}v6`} class="ligne" />
          {(i % 2 === 0 || every > 1) && <text x={x(year)} y={40} text-anchor="middle">{year}</text>}
        </g>
      ))}
      {moments.map((m) => <g key={m.kind} transform={`translate(${x(m.at).toFixed(1)} ${LINE})`}><Shape kind={m.kind} colour={colour} /></g>)}
    </svg>
  );
}

function Mark({ kind, colour }: { kind: Moment["kind"]; colour: string }): JSX.Element {
  return <svg viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true" focusable="false"><Shape kind={kind} colour={colour} /></svg>;
}

// A start is a triangle, a term a square, a status a disc of its colour.
function Shape({ kind, colour }: { kind: Moment["kind"]; colour: string }): JSX.Element {
  if (kind === "debut") return <path d="M-5 -6L6 0L-5 6z" class="repere-temps" />;
  if (kind === "fin") return <path d="M-5 -5H5V5H-5z" class="repere-temps vide" />;
  return <circle r="6" class="repere-temps" style={{ fill: colour }} />;
}
