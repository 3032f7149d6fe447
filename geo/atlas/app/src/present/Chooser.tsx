// The dialogue before a presentation: which views, and one's own to add, name, order, send.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { capital, lowered, whatOf } from "../takeaway/content";
import { download, fileName } from "../takeaway/files";
import { useApp } from "../ui/app";
import { plural } from "../ui/text";
import { Signal, useSignal } from "../ui/signal";
import { currentShot, start } from "./show";
import { axisShots, keepShots, moved, named, rateShots, readShots, recallShots, SET_TITLES, territoryShots, writeShots, type SetId, type Shot } from "./views";

const HEAVIEST = 1_000_000; // bytes of a file of views

const mine = new Signal<readonly Shot[] | null>(null);

export function Chooser(): JSX.Element {
  const app = useApp();
  const { atlas, store } = app;
  const own = useSignal(mine) ?? recallShots(atlas);
  const [kept, setKept] = useState(true);
  const change = (shots: readonly Shot[]): void => {
    mine.set(shots);
    setKept(keepShots(shots, atlas));
  };
  const sets: Record<SetId, readonly Shot[]> = { territoires: territoryShots(store.view, atlas), axes: axisShots(store.view, atlas), taux: rateShots(store.view, atlas), miennes: own };
  return (
    <>
      <ul class="series">
        {(Object.keys(sets) as SetId[]).map((id, i) => (
          <li key={id}>
            <button type="button" class="serie" autofocus={i === 0} data-serie={id} disabled={!sets[id].length} hidden={id === "taux" && !sets[id].length} onClick={() => start(app, sets[id])}>
              <b>{SET_TITLES[id]}</b> <span>{sets[id].length ? plural(sets[id].length, "vue") : "aucune vue encore"}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="petit">Flèches, Page suivante, Espace ou télécommande pour avancer&nbsp;; B ou point pour le noir, L pour le pointeur, N pour l’affichage sombre, Échap pour revenir.</p>
      <h3>Mes vues</h3>
      <Adder add={(shot) => change([...own, shot])} />
      {own.length > 0 && <Own shots={own} change={change} />}
      {!kept && <p class="reserve">Ce navigateur ne garde pas les vues d’une ouverture à l’autre&nbsp;: enregistrez-les dans un fichier.</p>}
      <Sending shots={own} change={change} />
    </>
  );
}

function Adder({ add }: { add: (shot: Shot) => void }): JSX.Element {
  const app = useApp();
  const { atlas, store } = app;
  const suggested = `${capital(atlas.place(store.view.territory).court)}, ${lowered(whatOf(store.view, atlas))}`;
  const [name, setName] = useState(suggested);
  const submit = (e: Event): void => {
    e.preventDefault();
    add(currentShot(app, named(name)));
    app.say(`Vue ajoutée\u00a0: ${named(name)}`);
  };
  return (
    <form class="ajout-vue" onSubmit={submit}>
      <label>Nom de la vue <input value={name} maxLength={120} onInput={(e) => setName(e.currentTarget.value)} /></label>
      <button type="submit">Ajouter la vue actuelle</button>
    </form>
  );
}

function Own({ shots, change }: { shots: readonly Shot[]; change: (shots: readonly Shot[]) => void }): JSX.Element {
  const { say, store, ask } = useApp();
  const list = useRef<HTMLOListElement>(null);
  // the focus stays on the same button of the view that moved, or on what takes the place of a view taken away
  const focus = (rank: number, action: string): void => {
    requestAnimationFrame(() => list.current?.children[rank]?.querySelector<HTMLElement>(`[data-geste="${action}"]:not(:disabled), input`)?.focus());
  };
  const move = (rank: number, by: number): void => {
    change(moved(shots, rank, by));
    say(`${shots[rank]!.nom}\u00a0: rang ${rank + 1 + by} sur ${shots.length}`);
    focus(rank + by, by < 0 ? "monter" : "descendre");
  };
  const rename = (rank: number, nom: string): void => change(shots.map((s, i) => (i === rank ? { ...s, nom: named(nom) } : s)));
  const remove = (rank: number): void => {
    change(shots.filter((_, i) => i !== rank));
    say(`Vue supprimée\u00a0: ${shots[rank]!.nom}`);
    focus(Math.min(rank, shots.length - 2), "supprimer");
  };
  const see = (shot: Shot): void => {
    ask(null);
    store.restore(shot.adresse);
  };
  return (
    <ol class="mes-vues" ref={list}>
      {shots.map((shot, i) => (
        <li key={i}>
          <label><span class="cache">{`Nom de la vue ${i + 1}`}</span>
            <input value={shot.nom} maxLength={120} onChange={(e) => rename(i, e.currentTarget.value)} /></label>
          <button type="button" data-geste="voir" aria-label={`Voir ${shot.nom}`} onClick={() => see(shot)}>Voir</button>
          <button type="button" data-geste="monter" disabled={i === 0} aria-label={`Monter ${shot.nom}`} onClick={() => move(i, -1)}>↑</button>
          <button type="button" data-geste="descendre" disabled={i === shots.length - 1} aria-label={`Descendre ${shot.nom}`} onClick={() => move(i, 1)}>↓</button>
          <button type="button" data-geste="supprimer" aria-label={`Supprimer ${shot.nom}`} onClick={() => remove(i)}>×</button>
        </li>
      ))}
    </ol>
  );
}

function Sending({ shots, change }: { shots: readonly Shot[]; change: (shots: readonly Shot[]) => void }): JSX.Element {
  const { atlas, say } = useApp();
  const save = (): void => download(fileName(`vues ${atlas.data.titre}`, "json"), "application/json", writeShots(shots, atlas));
  const open = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    const found = file.size <= HEAVIEST ? readShots(await file.text()) : null;
    if (found) change([...shots, ...found]);
    say(found ? `${plural(found.length, "vue ajoutée", "vues ajoutées")}.` : `${file.name} n’est pas un fichier de vues de l’atlas.`);
  };
  return (
    <p class="envoi-vues">
      {shots.length > 0 && <button type="button" onClick={save}>Enregistrer mes vues (fichier)</button>}
      <label class="ouvrir">Ouvrir un fichier de vues <input class="cache" type="file" accept=".json,application/json" onChange={(e) => void open(e.currentTarget)} /></label>
    </p>
  );
}
