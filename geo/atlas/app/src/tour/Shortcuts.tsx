// The list of all shortcuts: those of the commands, and those of the parts that take keys themselves.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useApp } from "../ui/app";
import { lettersOn, setLetters } from "../ui/settings";

type Row = readonly [keys: readonly string[], does: string];

const OTHERS: readonly (readonly [title: string, rows: readonly Row[]])[] = [
  ["Partout", [
    [["Tab", "Maj + Tab"], "Aller à l’élément suivant, précédent"],
    [["Entrée", "Espace"], "Activer le bouton ou la case"],
    [["Échap"], "Fermer ce qui est ouvert"],
  ]],
  ["Carte, quand elle a le focus", [
    [["←", "→", "↑", "↓"], "Déplacer la carte"],
    [["+", "−"], "Rapprocher, éloigner"],
  ]],
  ["Recherche et menus", [
    [["↑", "↓"], "Parcourir les réponses ou les lignes du menu"],
    [["Entrée"], "Choisir"],
  ]],
  ["Présentation", [
    [["→", "Page suivante", "Espace"], "Vue suivante"],
    [["←", "Page précédente"], "Vue précédente"],
    [["Début", "Fin"], "Première, dernière vue"],
    [["B", "."], "Écran noir"],
    [["L"], "Pointeur lumineux"],
    [["N"], "Couleurs sombres ou claires"],
    [["Échap"], "Quitter la présentation"],
  ]],
];

export function Shortcuts(): JSX.Element {
  const { commands } = useApp();
  const [on, setOn] = useState(lettersOn());
  const own = commands.filter((c) => c.key).map((c): Row => [[c.key!.toUpperCase()], c.label]);
  return (
    <div class="raccourcis">
      <label class="choix">
        <input type="checkbox" checked={on} onChange={(e) => { setLetters(e.currentTarget.checked); setOn(lettersOn()); }} />
        Raccourcis d’une seule touche (à désactiver avec une commande vocale)
      </label>
      <Keys title="Commandes" rows={own} />
      {OTHERS.map(([title, rows]) => <Keys key={title} title={title} rows={rows} />)}
    </div>
  );
}

function Keys({ title, rows }: { title: string; rows: readonly Row[] }): JSX.Element {
  return (
    <table>
      <caption>{title}</caption>
      <thead class="cache"><tr><th scope="col">Touche</th><th scope="col">Effet</th></tr></thead>
      <tbody>
        {rows.map(([keys, does]) => <tr key={does}><th scope="row">{keys.map((key) => <kbd key={key}>{key}</kbd>)}</th><td>{does}</td></tr>)}
      </tbody>
    </table>
  );
}
