// What stands over the map while a tool is in use: how to use it, its buttons, its result; and the cross
// on the middle of the map, for the keyboard.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../ui/app";
import { onSession, shown } from "./session";

const PHONE = 720; // pixels up to which the map has no room for how a tool is used

export function ToolBar(): JSX.Element | null {
  const { map } = useApp();
  const [session, setSession] = useState(shown());
  useLayoutEffect(() => onSession(setSession), []);
  const had = useRef(false);
  useLayoutEffect(() => { // a tool left by its own button gives the focus back to the map
    if (had.current && !session && document.activeElement === document.body) map.leaflet.getContainer().focus({ preventScroll: true });
    had.current = session !== null;
  }, [session, map]);
  const cross = session?.cross ?? false;
  useEffect(() => {
    if (!cross) return;
    const mark = document.createElement("div");
    mark.className = "croix";
    mark.setAttribute("aria-hidden", "true");
    map.leaflet.getContainer().append(mark);
    return () => mark.remove();
  }, [cross, map]);
  return (
    <>
      <p class="cache" role="status">{session?.status ?? ""}</p>
      {session && (
        <div class="au-pied"><section class="outil" aria-label={session.title}>
          <h2>{session.title}</h2>
          <details class="conseil" open={window.innerWidth > PHONE}>
            <summary>Mode d’emploi</summary>
            <p>{session.hint}</p>
          </details>
          {session.status && !session.result && <p class="etat" aria-hidden="true">{session.status}</p>}
          {session.result}
          <div class="actions">
            {session.actions.map((a) => (
              <button key={a.label} type="button" class={a.main ? "principal" : ""} disabled={a.off ?? false} onClick={a.run}>{a.label}</button>
            ))}
          </div>
        </section></div>
      )}
    </>
  );
}
