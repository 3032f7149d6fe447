// What is under the fold comes once the rest is on the screen, a piece at a time: the page answers in between.
import { useEffect, useState } from "preact/hooks";

const LATEST_MS = 200; // a piece waits no longer for the page to have nothing else to do

// How many of some parts are to be written; `done` is called once all are.
export function usePieces(count: number, done: () => void): number {
  const [written, write] = useState(0);
  useEffect(() => {
    if (written === count) done();
    else if (written) idle(() => write(written + 1));
    else onScreen(() => idle(() => write(1)));
  }, [written]);
  return written;
}

function onScreen(then: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(then));
}

function idle(then: () => void): void {
  if (typeof requestIdleCallback === "undefined") window.setTimeout(then); // Safari
  else requestIdleCallback(then, { timeout: LATEST_MS });
}
