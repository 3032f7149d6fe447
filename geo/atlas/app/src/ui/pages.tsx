// A list of any length: the first items, and a button for the next as long as there are some.
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { number, plural } from "./text";

const PAGE = 200;

export function Pages<T>({ items, write, class: name }: { items: readonly T[]; write: (item: T) => ComponentChildren; class?: string }): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  const list = useRef<HTMLUListElement>(null);
  const next = useRef(-1); // rank of the item that takes the focus, once it is there
  useLayoutEffect(() => {
    if (next.current < 0) return;
    list.current?.children[next.current]?.querySelector<HTMLElement>("button")?.focus();
    next.current = -1;
  });
  const rest = items.length - shown;
  const more = (): void => {
    next.current = shown;
    setShown(shown + PAGE);
  };
  return (
    <>
      <ul class={name} ref={list}>{items.slice(0, shown).map(write)}</ul>
      {rest > 0 && (
        <button type="button" class="lien suite" onClick={more}>
          {rest > PAGE ? `Afficher ${number(PAGE)} de plus, sur ${plural(rest, "restant")}` : `Afficher les ${plural(rest, "restant")}`}
        </button>
      )}
    </>
  );
}
