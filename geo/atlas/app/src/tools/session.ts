// What the tool in use says and offers, over the map.
import type { ComponentChildren } from "preact";

export interface Action { readonly label: string; readonly main?: boolean; readonly off?: boolean; run(): void }

export interface Session {
  readonly title: string;
  readonly hint: string; // how to use it, with the pointer and the keyboard
  readonly status: string; // what was done last, read aloud
  readonly actions: readonly Action[];
  readonly result?: ComponentChildren;
  readonly cross: boolean; // whether the keyboard's cross stands on the middle of the map
}

let current: Session | null = null;
const listeners = new Set<(session: Session | null) => void>();

export function show(session: Session | null): void {
  current = session;
  for (const listener of listeners) listener(session);
}

export function shown(): Session | null {
  return current;
}

export function onSession(listener: (session: Session | null) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
