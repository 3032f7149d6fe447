// Shortcuts of one letter. They leave the browser's own alone, and what is typed in fields.
import { useEffect } from "preact/hooks";
import { useApp, type App, type Command } from "../ui/app";
import { lettersOn } from "../ui/settings";

const FIELDS = "input, select, textarea, [contenteditable], dialog[open], [role=menu]";

export function useKeys(commands: readonly Command[]): void {
  const app = useApp();
  useEffect(() => {
    const pressed = (e: KeyboardEvent): void => {
      if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented) return;
      if (app.map.inUse?.key?.(e)) {
        e.preventDefault();
        return;
      }
      if ((e.target as Element).closest(FIELDS) || document.querySelector("dialog[open]")) return;
      if (e.key === "Escape") {
        closeDock(app);
        return;
      }
      if (!lettersOn()) return;
      const command = commands.find((c) => c.key === e.key.toLowerCase());
      if (!command) return;
      e.preventDefault();
      command.run(app);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [app, commands]);
}

// What stands on the right goes away, the panel of a feature first; `focus.ts` gives the focus back.
function closeDock({ store }: App): void {
  if (store.view.selection) store.set({ selection: "" });
  else if (store.view.dock) store.set({ dock: "" });
}
