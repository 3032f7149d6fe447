// Where numbers come from: a figure of the report, what a statistic is made of, the credits of the page.
import type { JSX } from "preact";
import type { Atlas } from "../model/atlas";
import type { Chiffre, Donnees, Entite, Lot, Stat } from "../model/data";
import { useApp, type App, type Question } from "../ui/app";
import { Pages } from "../ui/pages";
import { plural } from "../ui/text";

// The credits: when the page was made, from which data, under which licences, and who to ask.
export function Sources(atlas: Atlas): Question {
  return { title: "Sources et mentions", sub: `Page établie le ${atlas.data.date}, faits ${atlas.data.etat}`, body: <Credits data={atlas.data} /> };
}

// When the page was made and of when its facts are, with the way to the rest: at the foot of the panel.
export function Colophon(): JSX.Element {
  const { atlas, ask } = useApp();
  return (
    <p class="colophon">
      Page établie le {atlas.data.date}, faits {atlas.data.etat}.{" "}
      <button type="button" class="lien" onClick={() => ask(Sources(atlas))}>Données, licences et contacts</button>
    </p>
  );
}

// What a statistic is made of: figures of the report, features of the map, each with its source.
export function statQuestion(app: App, title: string, place: string, stat: Stat): Question {
  const [, written, unit, origin, note] = stat;
  const { atlas } = app;
  const features = origin.flatMap((id) => atlas.features.get(id) ?? []);
  const figures = origin.flatMap((id) => atlas.figures.get(id) ?? []);
  return {
    title: [written, unit].filter(Boolean).join("\u202f"),
    sub: `${title}, ${place}`,
    body: (
      <>
        {note && <p class="reserve">{note}</p>}
        {figures.length > 0 && (
          <p>{figures.length > 1 ? `Somme de ${plural(figures.length, "chiffre")} du bilan, aucun compté deux fois\u00a0:` : "Un seul chiffre du bilan\u00a0:"}</p>
        )}
        {figures.map((figure) => (
          <details key={figure.id}>
            <summary>
              <strong>{figure.texte}</strong> {figure.libelle}
              {figure.compte && <span class="compte-part">{figure.compte}</span>}
            </summary>
            <FigureDetail figure={figure} />
          </details>
        ))}
        {features.length > 0 && <p>{plural(features.length, "élément")}&nbsp;:</p>}
        <Referrals app={app} features={features} />
      </>
    ),
  };
}

// A figure of the report: what it counts, where it is written, what tells it on the map.
export function figureQuestion(app: App, id: string): Question | null {
  const figure = app.atlas.figures.get(id);
  if (!figure) return null;
  const linked = app.atlas.data.entites.filter((e) => e.montants.some((m) => m.chiffre === id) || e.contexte.includes(id));
  return {
    title: figure.texte,
    sub: figure.libelle,
    body: (
      <>
        <FigureDetail figure={figure} />
        {linked.length > 0 && <h3>Sur la carte</h3>}
        <Referrals app={app} features={linked} />
      </>
    ),
  };
}

function FigureDetail({ figure }: { figure: Chiffre }): JSX.Element {
  return (
    <div class="detail">
      <dl>{figure.details.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}:`}>{value}</dd>])}</dl>
      {figure.alertes.map((text) => <p key={text} class="reserve">{text}</p>)}
      <p class="source"><strong>Source&nbsp;:</strong> {figure.source}</p>
    </div>
  );
}

// Features, each a button that goes to it, beside its source.
function Referrals({ app, features }: { app: App; features: readonly Entite[] }): JSX.Element | null {
  if (!features.length) return null;
  return (
    <Pages class="renvois" items={features} write={(e) => (
      <li key={e.id}>
        <button type="button" class="lien" data-renvoi={e.id} onClick={() => app.go(e)}>{e.nom}</button>
        <span class="petit"> {e.source}</span>
      </li>
    )} />
  );
}

function Credits({ data }: { data: Donnees }): JSX.Element {
  const { fabrique } = data;
  return (
    <>
      <h3>D’où viennent les données</h3>
      <ul class="sources">
        {data.sources.map((source) => (
          <li key={source.titre}>
            <strong>{source.titre}</strong><br />
            {source.details}
            {source.lots.map((lot) => <LotLine key={lot.texte} lot={lot} />)}
          </li>
        ))}
      </ul>
      {data.rapport && <p><a href={data.rapport}>Rapport des sources</a>&nbsp;: ce qui a été lu, réparé et écarté.</p>}
      <h3>Comment lire cette page</h3>
      {data.mentions.map((text) => <p key={text}>{text}</p>)}
      <h3>À qui demander</h3>
      <ul class="sources">
        {data.demander.map((text) => <li key={text}>{text}</li>)}
      </ul>
      <p class="petit">Page faite par la commande <code>{fabrique.commande}</code>, version {fabrique.version}.</p>
    </>
  );
}

// What was read of a document: its date, its numbers, its address, what failed.
function LotLine({ lot }: { lot: Lot }): JSX.Element {
  return (
    <div class="lot">
      {lot.texte}
      {/^https?:/.test(lot.adresse) && <> <a href={lot.adresse} rel="noreferrer">adresse</a></>}
      {lot.panne && <p class="panne">{lot.panne}</p>}
    </div>
  );
}
