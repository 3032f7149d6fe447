// Where the focus goes when something opens on the right of the map, and where it returns.
import { useEffect, useRef } from "preact/hooks";
import { useApp, useView } from "../ui/app";

const FIELDS = "input, select, textarea, dialog[open], [role=menu]";

// What stands on the right takes the focus when the keyboard opened it; closed, it gives it back to
// what had it, or to the line of the list that stands for the feature.
export function useDockFocus(): void {
  const { store } = useApp();
  const view = useView();
  const opener = useRef<Element | null>(null);
  const byKeyboard = useRef(false);
  useEffect(() => {
    const key = (): void => { byKeyboard.current = true; };
    const pointer = (): void => { byKeyboard.current = false; };
    const kept = (e: FocusEvent): void => { if (!(e.target as Element).closest?.(".dock")) opener.current = e.target as Element; };
    document.addEventListener("keydown", key, true);
    document.addEventListener("pointerdown", pointer, true);
    document.addEventListener("focusin", kept);
    return () => {
      document.removeEventListener("keydown", key, true);
      document.removeEventListener("pointerdown", pointer, true);
      document.removeEventListener("focusin", kept);
    };
  }, []);
  const open = view.selection || view.dock;
  const before = useRef({ open: "", selection: "" });
  useEffect(() => {
    const was = before.current;
    before.current = { open, selection: view.selection };
    if (open === was.open) return;
    if (open) {
      if (byKeyboard.current && !was.open) focusDock();
    } else if (document.activeElement === document.body || document.activeElement === null) {
      giveBack(was.selection, opener.current);
    }
  }, [open, store]);
}

function focusDock(): void {
  const dock = document.querySelector<HTMLElement>(".dock");
  if (!dock || dock.contains(document.activeElement) || document.activeElement?.closest(FIELDS)) return;
  if (!dock.hasAttribute("tabindex")) dock.tabIndex = -1;
  dock.focus({ preventScroll: true });
}

function giveBack(selection: string, opener: Element | null): void {
  const line = selection ? document.querySelector<HTMLElement>(`.liste [data-entite="${CSS.escape(selection)}"]`) : null;
  const back = line ?? (opener?.isConnected ? (opener as HTMLElement) : document.getElementById("panneau"));
  back?.focus({ preventScroll: back !== line });
}
