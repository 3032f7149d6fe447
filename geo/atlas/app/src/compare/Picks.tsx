// The two territories of a comparison: any of the page, and for the second the EPCI of other pages.
import type { JSX } from "preact";
import { useApp } from "../ui/app";
import { isHere, nameOf } from "./rows";

interface Choice { id: string; label: string; code: string; avoid: string; all: boolean; choose(code: string): void }

// `avoid` is the other territory: one is not compared with itself.
export function Pick({ id, label, code, avoid, all, choose }: Choice): JSX.Element {
  const { atlas } = useApp();
  const { epci, communes, noms } = atlas.data;
  const sirens = all ? Object.keys(noms) : epci.map((e) => e.siren);
  const option = (value: string): JSX.Element | null => (value === avoid ? null : <option key={value} value={value}>{nameOf(atlas, value)}</option>);
  return (
    <div class="choix">
      <label for={id} class="cache">{label}</label>
      <select id={id} value={code} onChange={(e) => choose(e.currentTarget.value)}>
        {(all || isHere(atlas, "")) && option("")}
        {sirens.map(option)}
        {epci.map((e) => (
          <optgroup key={e.siren} label={`Communes\u202f: ${e.court}`}>
            {communes.filter((c) => c.siren === e.siren).map((c) => option(c.insee))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}
