// What every part of the page shares, and how a part follows what is seen.
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Atlas } from "../model/atlas";
import type { Entite } from "../model/data";
import type { MapView } from "../map/map";
import type { Store } from "../state/store";
import type { View } from "../state/view";

export interface Question {
  title: string;
  sub?: string;
  body: ComponentChildren;
  wide?: boolean;
}

export interface App {
  readonly atlas: Atlas;
  readonly store: Store;
  readonly map: MapView;
  readonly commands: readonly Command[]; // all that can be done, for the list of shortcuts
  say(text: string): void; // a message that goes away, read aloud by screen readers
  ask(question: Question | null): void; // open the dialogue, or close it
  go(feature: Entite): void; // choose a feature, zoom on it, open its panel
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  return useContext(AppContext)!;
}

// The current view; the component is drawn again when it changes.
export function useView(): View {
  const { store } = useApp();
  const [view, setView] = useState(store.view);
  useEffect(() => {
    setView(store.view);
    return store.subscribe(setView);
  }, [store]);
  return view;
}

// Something that a part of the page lets the reader do: in a menu, and by a key.
export interface Command {
  id: string;
  label: string;
  menu: "outils" | "emporter" | "aide" | ""; // "" shows in no menu
  key?: string; // one letter, without Ctrl, Alt or Meta, out of fields
  run(app: App): void;
}
