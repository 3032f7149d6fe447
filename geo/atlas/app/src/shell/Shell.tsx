// The shell: the bar on top, the panel on the left, the map, what stands on its right, the dialogue.
import { Fragment, type JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Sheet } from "../feature";
import { Chips } from "../filters/Chips";
import type { MapView } from "../map/map";
import { Legend } from "../map/legend";
import type { Atlas } from "../model/atlas";
import type { Store } from "../state/store";
import { AppContext, useApp, useView, type App, type Question } from "../ui/app";
import { Dialog } from "../ui/dialog";
import { Bar } from "./Bar";
import { useDockFocus } from "./focus";
import { follow } from "./follow";
import { jump } from "./jump";
import { Panel } from "./Panel";
import { commands, docks, overlays } from "./registry";
import { useKeys } from "./keys";

const MESSAGE_MS = 7000;

export function Shell({ atlas, store, map, root }: { atlas: Atlas; store: Store; map: MapView; root: HTMLElement }): JSX.Element {
  const [question, ask] = useState<Question | null>(null);
  const [message, say] = useState("");
  const app = useMemo((): App => ({
    atlas, store, map, commands, say, ask,
    go: (feature) => {
      ask(null);
      store.set({
        selection: feature.id,
        layers: new Set([...store.view.layers, feature.couche]),
        ...(atlas.concerns(feature, store.view.territory) || atlas.covers(feature, store.view.territory) ? {} : { territory: atlas.data.territoire }),
      });
      queueMicrotask(() => { // once its panel stands beside the map or on it, to be clear of it
        map.leaflet.invalidateSize({ animate: false });
        map.fitFeature(feature);
      });
    },
  }), [atlas, store, map]);
  useEffect(() => {
    if (!message) return;
    const timer = window.setTimeout(() => say(""), MESSAGE_MS);
    return () => window.clearTimeout(timer);
  }, [message]);
  useEffect(() => follow(app), [app]);
  return (
    <AppContext.Provider value={app}>
      <a class="evitement" href="#panneau" onClick={jump("panneau")}>Aller aux chiffres et aux couches</a>
      <a class="evitement" href="#liste" onClick={jump("liste")}>Aller à la liste des éléments</a>
      <Bar commands={commands} />
      <Panel root={root} />
      <Scene />
      <Dialog question={question} close={() => ask(null)} />
      <p class="avis" role="status">{message}</p>
    </AppContext.Provider>
  );
}

function Scene(): JSX.Element {
  const { map } = useApp();
  const view = useView();
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => { // before the first drawing, which is then of the right size
    host.current!.append(map.leaflet.getContainer());
    map.leaflet.invalidateSize({ animate: false });
  }, [map]);
  useKeys(commands);
  useDockFocus();
  const Dock = view.dock && docks[view.dock];
  return (
    <main class="scene">
      <Chips brief />
      <div class="carte" ref={host} role="region" aria-label="Carte. La liste du panneau donne les mêmes éléments." />
      {overlays.map((Overlay, i) => <Fragment key={i}><Overlay /></Fragment>)}
      <Legend />
      {view.selection ? <Sheet /> : Dock ? <Dock /> : null}
    </main>
  );
}
