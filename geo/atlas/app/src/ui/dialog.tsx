// The one dialogue of the page, which takes the focus and gives it back.
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Question } from "./app";

export function Dialog({ question, close }: { question: Question | null; close: () => void }): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const dialog = box.current!;
    if (question && !dialog.open) dialog.showModal();
    else if (!question && dialog.open) dialog.close();
    if (body.current) body.current.scrollTop = 0;
  }, [question]);
  return (
    <dialog ref={box} class={question?.wide ? "dialogue large" : "dialogue"} aria-labelledby="dialogue-titre" onClose={close}
      onClick={(e) => { if (e.target === box.current) close(); }}>
      <button type="button" class="fermer" aria-label="Fermer" onClick={close}>×</button>
      {question && (
        <div class="corps" ref={body} tabIndex={0} role="group" aria-labelledby="dialogue-titre">
          <h2 id="dialogue-titre">{question.title}</h2>
          {question.sub && <p class="sous">{question.sub}</p>}
          {question.body}
        </div>
      )}
    </dialog>
  );
}
