// What stands around the map during a presentation: title and key figures above, legend beside, controls below.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { perimeterText } from "../perimeter";
import { keyFigures, sourcesOf, whatOf } from "../takeaway/content";
import { Keys } from "../takeaway/Keys";
import { useApp, useView } from "../ui/app";
import { FigureText } from "../ui/figure";
import { lettersOn } from "../ui/settings";
import { gestureOf, type Gesture } from "./keys";
import { Laser } from "./Laser";
import { frame, giveBack, leave, step, type Show } from "./show";

export function Stage({ show }: { show: Show }): JSX.Element {
  const app = useApp();
  const { shots, at, before } = show;
  const [black, setBlack] = useState(false);
  const [laser, setLaser] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const act: Record<Gesture, () => void> = {
    next: () => (black ? setBlack(false) : step(app, at + 1)),
    previous: () => (black ? setBlack(false) : step(app, at - 1)),
    first: () => step(app, 0),
    last: () => step(app, shots.length - 1),
    black: () => setBlack(!black),
    laser: () => setLaser(!laser),
    dark: () => app.store.set({ dark: !app.store.view.dark }),
    leave: () => leave(app),
  };
  useRoom(app, before, title);
  useGestures(act);
  useLayoutEffect(() => {
    const again = (): void => frame(app, shots[at]!);
    again();
    app.map.leaflet.on("resize", again);
    return () => { app.map.leaflet.off("resize", again); };
  }, [at]);
  return (
    <>
      <Head title={shots[at]!.nom} refer={title} />
      <Legend />
      <Foot show={show} act={act} black={black} laser={laser} />
      <p class="cache" role="status">{`Vue ${at + 1} sur ${shots.length}\u00a0: ${shots[at]!.nom}${black ? ". Écran noir" : ""}`}</p>
      {laser && <Laser />}
      {black && <div class="presente-noir" onClick={() => setBlack(false)} />}
    </>
  );
}

function Head({ title, refer }: { title: string; refer: { current: HTMLHeadingElement | null } }): JSX.Element {
  const { atlas } = useApp();
  const view = useView();
  const place = atlas.place(view.territory);
  const chosen = atlas.features.get(view.selection);
  const what = chosen ? chosen.nom : whatOf(view, atlas);
  const under = [title.startsWith(place.nom) ? "" : place.nom, title.toLowerCase().includes(what.toLowerCase()) ? "" : what, chosen ? "" : atlas.data.etat];
  const perimeter = perimeterText(view, atlas, false);
  return (
    <header class="presente-tete">
      <div>
        <h1 ref={refer} tabIndex={-1}>{title}</h1>
        <p>{under.filter(Boolean).join(", ")}</p>
        {perimeter && <p>{perimeter}</p>}
      </div>
      <ul class="presente-chiffres" aria-label="Chiffres clés">
        {keyFigures(view, atlas).map((figure) => (
          <li key={figure.label}><FigureText text={figure.text} unit={figure.unit} /> <span class="libelle">{figure.label}</span></li>
        ))}
      </ul>
    </header>
  );
}

const [LARGER, LARGEST] = [1.6, 2.4]; // names and symbols of the map, against those of the page
const SMALL = 900; // width under which a screen is no projector's

function largeOf(): number {
  return innerWidth < SMALL ? 1 : Math.min(LARGEST, Math.max(LARGER, innerWidth / 800));
}

const WAYS = ["large", "breve"];

// A legend that is too high for the screen takes a second column, then leaves out how to read the marks
// that all maps share.
function Legend(): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useView();
  useLayoutEffect(() => {
    const { classList } = box.current!;
    const over = (): boolean => box.current!.scrollHeight > box.current!.clientHeight + 1 || box.current!.scrollWidth > box.current!.clientWidth + 1;
    const fit = (): void => {
      classList.remove(...WAYS);
      for (const way of WAYS) if (over()) classList.add(way);
    };
    fit();
    const watch = new ResizeObserver(fit); // of the window, and once the page has its large layout
    watch.observe(box.current!);
    return () => watch.disconnect();
  });
  return <aside class="presente-legende" aria-label="Légende" tabIndex={0} ref={box}><h2 class="cache">Légende</h2><Keys paper={false} scale={Math.max(1.05, innerWidth / 1240)} mapScale={largeOf()} /></aside>;
}

interface FootProps { show: Show; act: Record<Gesture, () => void>; black: boolean; laser: boolean }

function Foot({ show: { shots, at }, act, black, laser }: FootProps): JSX.Element {
  const app = useApp();
  const view = useView();
  return (
    <footer class="presente-pied">
      <p>{`Sources\u00a0: ${sourcesOf(view, app.atlas, false).join("\u00a0; ")}. Page du ${app.atlas.data.date}.`}</p>
      <div class="commandes" role="group" aria-label="Présentation">
        <button type="button" aria-label="Vue précédente" aria-disabled={at === 0} onClick={act.previous}>◀</button>
        <label class="position"><span class="cache">Aller à la vue</span><span aria-hidden="true">{at + 1} / {shots.length}</span>
          <select value={String(at)} onChange={(e) => step(app, Number(e.currentTarget.value))}>
            {shots.map((s, i) => <option key={i} value={String(i)}>{`${i + 1}. ${s.nom}`}</option>)}
          </select>
        </label>
        <button type="button" aria-label="Vue suivante" aria-disabled={at === shots.length - 1} onClick={act.next}>▶</button>
        <button type="button" aria-pressed={laser} aria-label="Pointeur lumineux" title="Pointeur lumineux (L)" onClick={act.laser}><i class="signe-pointeur" /></button>
        <button type="button" aria-pressed={black} aria-label="Écran noir" title="Écran noir (B)" onClick={act.black}>■</button>
        <button type="button" aria-pressed={view.dark} aria-label="Couleurs sombres" title="Couleurs sombres (N)" onClick={act.dark}>◐</button>
        <button type="button" aria-label="Quitter la présentation" title="Quitter (Échap)" onClick={act.leave}>×</button>
      </div>
    </footer>
  );
}

// The page takes its large layout, and gives it back with the map and the focus as they were.
function useRoom(app: ReturnType<typeof useApp>, before: Show["before"], title: { current: HTMLHeadingElement | null }): void {
  useLayoutEffect(() => {
    const { classList } = document.documentElement;
    classList.add("presentation");
    app.map.large = largeOf();
    title.current?.focus({ preventScroll: true });
    // Escape in full screen is the browser's: it gives the page back too
    const shrunk = (): void => { if (!document.fullscreenElement) leave(app); };
    document.addEventListener("fullscreenchange", shrunk);
    return () => {
      document.removeEventListener("fullscreenchange", shrunk);
      classList.remove("presentation");
      app.map.large = 1;
      giveBack(app, before);
    };
  }, []);
}

// Keys are taken before the page's own shortcuts.
function useGestures(act: Record<Gesture, () => void>): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const pressed = (e: KeyboardEvent): void => {
      const gesture = gestureOf(e, (e.target as Element).tagName, lettersOn());
      if (!gesture) {
        if (e.key.length === 1) e.stopPropagation(); // no other part of the page opens meanwhile
        return;
      }
      e.preventDefault();
      e.stopPropagation();
      latest.current[gesture]();
    };
    window.addEventListener("keydown", pressed, true);
    return () => window.removeEventListener("keydown", pressed, true);
  }, []);
}
