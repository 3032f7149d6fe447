// Forgiving search over features, communes, EPCI and figures, with the keyboard alone.
import type { JSX, RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { figureQuestion } from "../feature/sources";
import { boxOf, joined } from "../model/geometry";
import { useApp, type App, type Command } from "../ui/app";
import { Searcher, told, type Answer, type Answers } from "./answers";
import { marks } from "./marks";

const NONE: Answers = { groups: [], shown: 0, total: 0, partial: false };
const FIELD = "champ-recherche";

export const commands: readonly Command[] = [
  { id: "chercher", label: "Chercher", menu: "", key: "/", run: () => document.getElementById(FIELD)?.focus() },
];

export function Search(): JSX.Element {
  const { field, asked, answers, flat, shown, active, write, open, close, key, choose, prepare } = useSearch();
  return (
    <div id="recherche" role="search" onFocusOut={(e) => { if (!e.currentTarget.contains(e.relatedTarget as Node | null)) close(); }}>
      <input ref={field} id={FIELD} type="search" placeholder="Chercher une cité, une commune, un chiffre…" aria-label="Chercher une cité, une commune, un chiffre"
        autocomplete="off" spellcheck={false} role="combobox" aria-expanded={shown} aria-controls="reponses" aria-autocomplete="list"
        aria-activedescendant={shown && flat.length ? `reponse-${active}` : undefined} value={asked}
        onFocus={prepare} onClick={open} onKeyDown={key} onInput={(e) => write(e.currentTarget.value)} />
      <div id="reponses" role="listbox" aria-label="Réponses" hidden={!shown || !flat.length}>
        {shown && <Groups answers={answers} asked={asked} active={active} choose={choose} />}
      </div>
      {shown && !flat.length && <p class="rien">Rien de ce nom. Essayez un mot plus court.</p>}
      <p class="cache" role="status">{shown ? told(answers) : ""}</p>
    </div>
  );
}

interface Searching {
  field: RefObject<HTMLInputElement>;
  asked: string;
  answers: Answers;
  flat: Answer[];
  shown: boolean; // whether the answers are
  active: number;
  write(asked: string): void;
  open(): void;
  close(): void;
  key(e: KeyboardEvent): void;
  choose(answer: Answer): void;
  prepare(): void;
}

// What is typed, what answers, which answer the arrows are on.
function useSearch(): Searching {
  const app = useApp();
  const made = useRef<Searcher | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const [{ asked, open, active }, set] = useState({ asked: "", open: false, active: 0 });
  const searcher = (): Searcher => (made.current ??= new Searcher(app.atlas)); // when the reader comes to it
  const answers = useMemo(() => (asked.trim() ? searcher().search(asked) : NONE), [asked]);
  const flat = answers.groups.flatMap((group) => group.answers);
  const shown = open && asked.trim() !== "";
  useEffect(() => {
    if (shown) document.getElementById(`reponse-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [shown, active]);
  const close = (): void => set((now) => ({ ...now, open: false }));
  const choose = (answer: Answer): void => {
    set({ asked: "", open: false, active: 0 });
    if (answer.kind === "entite") field.current?.blur(); // its panel takes the focus
    act(app, answer);
  };
  const key = (e: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: flat.length - 1 }[e.key];
    if (e.key === "Escape") set({ asked: shown ? asked : "", open: false, active: 0 });
    else if (e.key === "Enter") {
      if (shown && flat[active]) choose(flat[active]);
    } else if (step !== undefined) set({ asked, open: true, active: shown && flat.length ? (active + step) % flat.length : active });
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return {
    field, asked, answers, flat, shown, active, close, key, choose, prepare: searcher,
    write: (text) => set({ asked: text, open: true, active: 0 }), open: () => set((now) => ({ ...now, open: true })),
  };
}

interface ListProps { answers: Answers; asked: string; active: number; choose(answer: Answer): void }

function Groups({ answers, asked, active, choose }: ListProps): JSX.Element {
  let rank = -1;
  return (
    <>
      {answers.groups.map(({ kind, title, answers: own }) => (
        <div key={kind} role="group" aria-labelledby={`reponses-${kind}`}>
          <div id={`reponses-${kind}`} class="genre" role="presentation">{title}</div>
          {own.map((answer) => {
            const at = (rank += 1);
            return <Option key={at} id={`reponse-${at}`} answer={answer} asked={asked} active={at === active} choose={choose} />;
          })}
        </div>
      ))}
      {(answers.partial || answers.total > answers.shown) && <div class="plus" role="presentation">{told(answers)}.</div>}
    </>
  );
}

function Option({ id, answer, asked, active, choose }: { id: string; answer: Answer; asked: string; active: boolean; choose(answer: Answer): void }): JSX.Element {
  return (
    <div id={id} role="option" aria-selected={active} class="reponse" onMouseDown={(e) => e.preventDefault()} onClick={() => choose(answer)}>
      <span>{marks(answer.name, asked).map((run, i) => (run.marked ? <mark key={i}>{run.text}</mark> : run.text))}</span>
      <small>{answer.detail}</small>
    </div>
  );
}

// Go to what was chosen.
function act(app: App, answer: Answer): void {
  const { atlas, store, map } = app;
  if (answer.kind === "epci") store.set({ territory: answer.epci.siren });
  else if (answer.kind === "commune") store.set({ territory: answer.commune.insee });
  else if (answer.kind === "chiffre") app.ask(figureQuestion(app, answer.figure.id));
  else {
    const here = answer.features.find((e) => atlas.concerns(e, store.view.territory)) ?? answer.features[0]!;
    app.go(here);
    const { features } = answer;
    if (features.length > 1) queueMicrotask(() => map.fit(features.map((e) => boxOf(e.geometrie!)).reduce(joined), false)); // all of the line
  }
}
