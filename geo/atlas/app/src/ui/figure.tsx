// A figure as it is read from afar: its number large, what qualifies it and its unit small.
import type { JSX } from "preact";
import { figureParts } from "./text";

export function FigureText({ text, unit = "" }: { text: string; unit?: string }): JSX.Element {
  const parts = figureParts(text);
  const after = [parts.unit, unit].filter(Boolean).join(" ");
  return (
    <span class="valeur">
      {parts.before && <small>{parts.before} </small>}
      <span class="nombre">{parts.number}</span>
      {after && <small> {after}</small>}
    </span>
  );
}
