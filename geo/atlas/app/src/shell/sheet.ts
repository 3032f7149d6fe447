// On a phone the panel is a sheet of three heights: a tap on its grip goes to the next, a drag follows
// the finger, the arrows go up and down.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { onSession } from "../tools/session";
import { useView } from "../ui/app";

export type Level = "basse" | "moyenne" | "haute";

const LEVELS: readonly Level[] = ["basse", "moyenne", "haute"];
const TOLD: Record<Level, string> = { basse: "replié", moyenne: "à mi-hauteur", haute: "déplié" };
const DRAG = 12; // pixels from which a move is a drag

export interface Sheet { level: Level; label: string; raise(): void; grip: JSX.HTMLAttributes<HTMLButtonElement> }

// The level whose height is nearest; a short drag still goes one level in its direction.
export function levelAfter(level: Level, height: number, heights: readonly number[], moved: number): Level {
  const nearest = heights.reduce((best, h, i) => (Math.abs(h - height) < Math.abs(heights[best]! - height) ? i : best), 0);
  const at = LEVELS.indexOf(level);
  const next = nearest === at ? at - Math.sign(moved) : nearest;
  return LEVELS[Math.min(2, Math.max(0, next))]!;
}

export function useSheet(root: HTMLElement): Sheet {
  const [level, setLevel] = useState<Level>("moyenne");
  const drag = useRef<{ from: number; height: number; panel: HTMLElement; moved: number } | null>(null);
  const dragged = useRef(false); // the click that ends a drag is no tap
  useLayoutEffect(() => { root.dataset["feuille"] = level; }, [root, level]);
  const view = useView();
  const over = view.selection !== "" || view.dock !== "";
  useEffect(() => { if (over) setLevel((now) => (now === "haute" ? "moyenne" : now)); }, [over, view.selection]); // the map is seen over it
  useEffect(() => onSession((session) => { if (session) setLevel("basse"); }), []);
  const end = (): void => {
    const done = drag.current;
    drag.current = null;
    if (!done) return;
    Object.assign(done.panel.style, { height: "", transition: "" });
    if (Math.abs(done.moved) < DRAG) return;
    dragged.current = true;
    const whole = root.clientHeight - (root.querySelector<HTMLElement>(".barre-haute")?.offsetHeight ?? 0);
    setLevel(levelAfter(level, done.height - done.moved, [108, whole / 2, whole], done.moved));
  };
  const step = (by: number): void => setLevel(LEVELS[Math.min(2, Math.max(0, LEVELS.indexOf(level) + by))]!);
  return {
    level,
    raise: () => { if (level === "basse") setLevel("moyenne"); },
    label: `Panneau ${TOLD[level]}\u00a0: changer sa hauteur`,
    grip: {
      onPointerDown: (e) => {
        const panel = e.currentTarget.parentElement!;
        dragged.current = false;
        drag.current = { from: e.clientY, height: panel.offsetHeight, panel, moved: 0 };
        e.currentTarget.setPointerCapture(e.pointerId);
      },
      onPointerMove: (e) => {
        if (!drag.current) return;
        drag.current.moved = e.clientY - drag.current.from;
        if (Math.abs(drag.current.moved) >= DRAG) Object.assign(drag.current.panel.style, { height: `${drag.current.height - drag.current.moved}px`, transition: "none" });
      },
      onPointerUp: end,
      onPointerCancel: end,
      onClick: () => {
        if (!dragged.current) setLevel(LEVELS[(LEVELS.indexOf(level) + 1) % 3]!);
        dragged.current = false;
      },
      onKeyDown: (e) => {
        if (e.key !== "ArrowUp" && e.key !== "ArrowDown") return;
        e.preventDefault();
        step(e.key === "ArrowUp" ? 1 : -1);
      },
    },
  };
}
