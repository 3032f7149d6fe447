// The legend of a thematic view: classes or circles, the method, what is left out.
import type { JSX } from "preact";
import { useApp, useView } from "../ui/app";
import { legendOf, type Circle, type Row } from "./legend";

export function ThemeLegend(): JSX.Element | null {
  const { atlas } = useApp();
  const view = useView();
  const told = legendOf(view, atlas, view.dark);
  if (!told) return null;
  return (
    <section class="legende-theme" aria-label="Légende de la carte thématique">
      <h3>{told.subject}</h3>
      <p class="unite">{told.title}</p>
      {told.circles.length > 0 && <Circles circles={told.circles} colour={told.colour} />}
      {told.rows.length > 0 && <ul>{told.rows.map((row) => <Class key={row.label} row={row} />)}</ul>}
      {told.lines.map((line) => <p key={line} class="petit">{line}</p>)}
    </section>
  );
}

function Class({ row }: { row: Row }): JSX.Element {
  return (
    <li>
      <span class={row.hatch ? "teinte hachures" : "teinte"} style={row.colour ? { background: row.colour } : {}} aria-hidden="true" />
      <span>{row.label}</span>
      <small>{row.count}</small>
    </li>
  );
}

const LINE = 16; // height of a line of text

// Circles one in the other, standing on the same line, each with its value.
function Circles({ circles, colour }: { circles: readonly Circle[]; colour: string }): JSX.Element {
  const most = circles[0]!.radius;
  const base = Math.max(2 * most, (circles.length - 1) * LINE) + LINE / 2; // where they stand
  const lines: number[] = [];
  for (const { radius } of circles) lines.push(Math.max(base - 2 * radius, (lines.at(-1) ?? -LINE / 2) + LINE));
  const edge = 2 * most + 14;
  return (
    <svg class="cercles" width={edge + 130} height={Math.max(base, ...lines) + LINE / 2} role="img"
      aria-label={`Cercles de ${circles.map((c) => c.label).join(", ")}`}>
      {circles.map((c, n) => (
        <g key={c.label}>
          <circle cx={most + 2} cy={base - c.radius} r={c.radius} fill={colour} fill-opacity="0.35" stroke={colour} stroke-width="1.5" />
          <path d={`M${most + 2} ${base - 2 * c.radius}L${edge - 2} ${lines[n]!}`} class="trait" />
          <text x={edge + 2} y={lines[n]! + 4}>{c.label}</text>
        </g>
      ))}
    </svg>
  );
}
