// The figures of a feature: amounts by funder with a bar each, then what is not told in euros.
import type { JSX } from "preact";
import type { Entite, Montant } from "../model/data";
import { useApp } from "../ui/app";
import { figureQuestion } from "./sources";

type Amount = Montant & { euros: number };

export function Amounts({ feature }: { feature: Entite }): JSX.Element | null {
  const amounts = feature.montants.filter((m): m is Amount => m.euros !== undefined).sort((a, b) => b.euros - a.euros);
  const others = feature.montants.filter((m) => m.euros === undefined);
  if (!feature.montants.length) return null;
  const most = Math.max(...amounts.map((m) => m.euros));
  return (
    <section class="chiffres-fiche" aria-labelledby="fiche-chiffres">
      <h3 id="fiche-chiffres">{amounts.length ? "Montants et quantités" : "Quantités"}</h3>
      {amounts.length > 0 && (
        <table class="financements">
          <caption class="cache">Montants par financeur</caption>
          <thead class="cache"><tr><th scope="col">Financeur</th><th scope="col">Montant</th></tr></thead>
          <tbody>{amounts.map((m) => <Row key={m.chiffre} amount={m} share={most > 0 ? m.euros / most : 0} />)}</tbody>
        </table>
      )}
      {amounts.length > 1 && <p class="petit">Chaque montant est celui que donne le bilan{"\u202f"}; un montant peut en comprendre un autre.</p>}
      {others.length > 0 && (
        <ul class="quantites">{others.map((m) => <li key={m.chiffre}><FigureButton amount={m} /> {m.qui}</li>)}</ul>
      )}
    </section>
  );
}

function Row({ amount, share }: { amount: Amount; share: number }): JSX.Element {
  const label = useApp().atlas.figures.get(amount.chiffre)?.libelle ?? "";
  const funded = amount.financeurs.length > 0;
  return (
    <tr>
      <th scope="row">
        {funded ? amount.qui : "Financeur non précisé"}
        {amount.financeurs.length > 1 && <small class="petit">montant commun, non réparti entre eux</small>}
        {label && <small class="petit">{label}</small>}
        <span class="trait" aria-hidden="true"><span style={{ width: `${Math.max(share * 100, 0.5)}%` }} /></span>
      </th>
      <td><FigureButton amount={amount} /></td>
    </tr>
  );
}

function FigureButton({ amount }: { amount: Montant }): JSX.Element {
  const app = useApp();
  const name = app.atlas.figures.get(amount.chiffre)?.libelle ?? amount.qui;
  return (
    <button type="button" class="lien chiffre" data-chiffre={amount.chiffre} title={`D’où vient ce chiffre\u202f: ${name}`}
      onClick={() => app.ask(figureQuestion(app, amount.chiffre))}>{amount.texte}</button>
  );
}
