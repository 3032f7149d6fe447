// A menu button: the arrows walk through its items, Escape closes it.
import { Fragment, type JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useApp, type Command } from "../ui/app";

export interface Group { label: string; items: readonly Command[] }

export function Menu({ label, groups }: { label: string; groups: readonly Group[] }): JSX.Element | null {
  const app = useApp();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const filled = groups.filter((g) => g.items.length);
  useLayoutEffect(() => { // at once: a second key, pressed quickly, is for the first item
    if (!open) return;
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const away = (e: Event): void => { if (!box.current?.contains(e.target as Node)) setOpen(false); };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  if (!filled.length) return null;
  const run = (command: Command): void => {
    setOpen(false);
    button.current?.focus();
    command.run(app);
  };
  const shut = (focus: boolean): void => {
    setOpen(false);
    if (focus) button.current?.focus();
  };
  return (
    <div class="menu" ref={box} onKeyDown={(e) => { if (open) walk(e, box.current!, shut); }}>
      <button type="button" ref={button} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}
        onKeyDown={(e) => { if (e.key === "ArrowDown" && !open) { e.preventDefault(); e.stopPropagation(); setOpen(true); } }}>{label}</button>
      {open && (
        <ul role="menu" aria-label={label}>
          {filled.map((group) => (
            <Fragment key={group.label}>
              {filled.length > 1 && <li class="rubrique" role="presentation">{group.label}</li>}
              {group.items.map((c) => (
                <li key={c.id} role="none">
                  <button type="button" role="menuitem" tabIndex={-1} data-commande={c.id} onClick={() => run(c)}>
                    {c.label}{c.key && <kbd>{c.key.toUpperCase()}</kbd>}
                  </button>
                </li>
              ))}
            </Fragment>
          ))}
        </ul>
      )}
    </div>
  );
}

function walk(e: KeyboardEvent, box: HTMLElement, shut: (focus: boolean) => void): void {
  const all = [...box.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[e.key];
  if (next !== undefined) {
    e.preventDefault();
    all[(next + all.length) % all.length]!.focus();
  } else if (e.key === "Escape" || e.key === "Tab") {
    if (e.key === "Escape") e.stopPropagation();
    shut(e.key === "Escape");
  }
}
