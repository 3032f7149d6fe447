// A part that can be folded, and stays as the reader left it when the view changes.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

interface Props { summary: ComponentChildren; children: () => ComponentChildren; open?: boolean; class?: string; name?: string }

// What is inside is written only once it is open: a page opens faster.
export function Fold({ summary, children, open: first = false, class: kind, name }: Props): JSX.Element {
  const [open, setOpen] = useState(first);
  return (
    <details class={kind} data-part={name} open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  );
}
