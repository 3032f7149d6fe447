// The panel on the left, or on a phone the sheet from below: its parts, and a way to each.
import type { JSX } from "preact";
import { Colophon } from "../feature/sources";
import { Filters } from "../filters";
import { Layers } from "../panel/Layers";
import { List } from "../panel/List";
import { Summary } from "../panel/Summary";
import { ThemePicker } from "../theme";
import { usePieces } from "../ui/pieces";
import { jump } from "./jump";
import { useSheet } from "./sheet";

const PARTS = [["chiffres", "Chiffres"], ["filtres", "Filtres"], ["couches", "Couches"], ["liste", "Liste"]] as const;

const UNDER = [ThemePicker, Filters, Layers, List, Colophon];

export function Panel({ root }: { root: HTMLElement }): JSX.Element {
  const sheet = useSheet(root);
  const written = usePieces(UNDER.length, () => { root.dataset["entier"] = "oui"; });
  return (
    <aside class="panneau" aria-label="Territoire, filtres, couches et liste">
      <button type="button" class="poignee" aria-expanded={sheet.level !== "basse"} aria-label={sheet.label} {...sheet.grip} />
      <nav class="parties" aria-label="Parties du panneau">
        {PARTS.map(([id, label]) => <button key={id} type="button" data-vers={id} onClick={(e) => { sheet.raise(); jump(id)(e); }}>{label}</button>)}
      </nav>
      <div class="corps" id="panneau" tabIndex={-1}>
        <Summary />
        {UNDER.slice(0, written).map((Part, i) => <Part key={i} />)}
      </div>
    </aside>
  );
}
