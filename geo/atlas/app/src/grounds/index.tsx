// Base maps of the network, and the swipe between two of them.
import L from "leaflet";
import { render, type ComponentType, type JSX } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import type { Atlas } from "../model/atlas";
import type { Fond } from "../model/data";
import { AppContext, useApp, useView, type App } from "../ui/app";
import { Handle } from "./swipe";
import { useTiles } from "./tiles";

const PANES = { fond: 200, "fond-avant": 210 };

function groundOf(atlas: Atlas, id: string): Fond | undefined {
  return atlas.data.fonds.find((f) => f.id === id);
}

function told({ groupe, nom }: Fond): string {
  return `${groupe}, ${nom}`;
}

// A corner of the map keeps its controls apart; this one is drawn by a component.
function inCorner(app: App, position: L.ControlPosition, Part: ComponentType): () => void {
  const control = new L.Control({ position });
  const host = L.DomUtil.create("div", "leaflet-control");
  control.onAdd = () => host;
  control.addTo(app.map.leaflet);
  L.DomEvent.disableClickPropagation(host);
  render(<AppContext.Provider value={app}><Part /></AppContext.Provider>, host);
  return () => {
    render(null, host);
    control.remove();
  };
}

export function GroundPicker(): null {
  const app = useApp();
  const view = useView();
  useLayoutEffect(() => {
    const stops = [inCorner(app, "topright", Picker), inCorner(app, "bottomright", Credits)];
    return () => stops.forEach((stop) => stop());
  }, [app]);
  useEffect(() => {
    app.map.leaflet.getContainer().classList.toggle("dock-ouvert", view.dock !== "" || view.selection !== "");
  }, [app, view.dock, view.selection]);
  return null;
}

function Options({ grounds, none }: { grounds: readonly Fond[]; none: string }): JSX.Element {
  const groups = [...new Set(grounds.map((f) => f.groupe))];
  return (
    <>
      <option value="">{none}</option>
      {groups.map((group) => (
        <optgroup key={group} label={`${group} (réseau)`}>
          {grounds.filter((f) => f.groupe === group).map((f) => <option key={f.id} value={f.id}>{f.nom}</option>)}
        </optgroup>
      ))}
    </>
  );
}

function Picker(): JSX.Element {
  const { atlas, store } = useApp();
  const { ground, before } = useView();
  const { fonds } = atlas.data;
  return (
    <div id="fonds">
      <select aria-label="Fond de carte" value={ground} onChange={(e) => store.set({ ground: e.currentTarget.value, ...(e.currentTarget.value ? {} : { before: "" }) })}>
        <Options grounds={fonds} none="Fond de l’atlas" />
      </select>
      {ground && (
        <select aria-label="Comparer avec un autre fond, à gauche" value={before} onChange={(e) => store.set({ before: e.currentTarget.value })}>
          <Options grounds={fonds.filter((f) => f.id !== ground)} none="Comparer avec…" />
        </select>
      )}
    </div>
  );
}

// Who made the images that are seen.
function Credits(): JSX.Element | null {
  const { atlas } = useApp();
  const { ground, before } = useView();
  const shown = [...new Set([ground && before, ground])].map((id) => groundOf(atlas, id)).filter((f) => f !== undefined);
  const unique = shown.filter((f, i) => shown.findIndex((other) => other.attribution === f.attribution) === i);
  if (!unique.length) return null;
  return (
    <p class="credits">
      {unique.map((f, i) => (
        <span key={f.id}>{i > 0 && " ; "}{f.lien ? <a href={f.lien} target="_blank" rel="noopener">{f.attribution}</a> : f.attribution}</span>
      ))}
    </p>
  );
}

export function Swipe(): null {
  const app = useApp();
  const { atlas, map, say, store } = app;
  const view = useView();
  useLayoutEffect(() => {
    for (const [name, rank] of Object.entries(PANES)) map.leaflet.createPane(name).style.zIndex = String(rank);
  }, [map]);
  const fail = (ground: Fond): void => {
    say(`Fond «\u00a0${told(ground)}\u00a0» indisponible\u00a0: pas de réseau\u202f? La carte garde ${ground.id === store.view.ground ? "son propre fond" : "l’autre fond"}.`);
    store.set(ground.id === store.view.ground ? { ground: "", before: "" } : { before: "" });
  };
  const ground = groundOf(atlas, view.ground);
  const before = ground && groundOf(atlas, view.before);
  const come = useTiles(ground, "fond", fail);
  const beforeCome = useTiles(before, "fond-avant", fail);
  useLayoutEffect(() => {
    map.grounded = come;
    map.leaflet.getContainer().classList.toggle("avec-fond", come);
    map.redraw();
  }, [map, come]);
  const [left, right] = ground && before && beforeCome ? [told(before), told(ground)] : ["", ""];
  useLayoutEffect(() => {
    if (!left) return;
    const host = L.DomUtil.create("div", "", map.leaflet.getContainer()); // over the map alone, not over its legend
    render(<AppContext.Provider value={app}><Handle left={left} right={right} /></AppContext.Provider>, host);
    return () => {
      render(null, host);
      host.remove();
    };
  }, [app, map, left, right]);
  return null;
}
