// The dialogue of the print: the paper, then the browser's own.
import type { JSX } from "preact";
import { useApp } from "../ui/app";
import { paper, type Paper } from "./print";

const PAPERS: readonly (readonly [Paper, string, string])[] = [
  ["a4", "A4 paysage", "pour un dossier"],
  ["a3", "A3 paysage", "pour une table ou un mur"],
];

export function PaperSizes(): JSX.Element {
  const { ask } = useApp();
  const print = (size: Paper): void => {
    paper.set(size);
    ask(null);
    requestAnimationFrame(() => window.print()); // once the dialogue is gone
  };
  return (
    <>
      <ul class="series">
        {PAPERS.map(([id, title, use]) => (
          <li key={id}><button type="button" class="serie" data-papier={id} onClick={() => print(id)}><b>{title}</b> <span>{use}</span></button></li>
        ))}
      </ul>
      <p class="petit">Une seule page, orientée en paysage. Pour un fichier PDF, choisissez «&nbsp;Enregistrer au format PDF&nbsp;» comme imprimante.</p>
    </>
  );
}
