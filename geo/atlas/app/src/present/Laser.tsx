// A pointer that the room sees: a red dot that follows the mouse, with a short trail.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { still } from "../map/map";

const TRAIL_MS = 260;
const RADIUS = 9;

interface Dot { x: number; y: number; t: number }

export function Laser(): JSX.Element {
  const host = useRef<HTMLCanvasElement>(null);
  useEffect(() => follow(host.current!), []);
  return <canvas class="pointeur" ref={host} aria-hidden="true" />;
}

function follow(canvas: HTMLCanvasElement): () => void {
  let dots: Dot[] = [];
  let asked = 0;
  const trail = still() ? 0 : TRAIL_MS;
  const draw = (): void => {
    asked = 0;
    const now = performance.now();
    const last = dots.at(-1);
    dots = dots.filter((dot) => dot === last || now - dot.t < trail);
    paint(canvas, dots, now, trail);
    if (dots.length > 1) asked = requestAnimationFrame(draw);
  };
  const ask = (): void => { asked ||= requestAnimationFrame(draw); };
  const move = (e: PointerEvent): void => {
    dots.push({ x: e.clientX, y: e.clientY, t: performance.now() });
    ask();
  };
  const gone = (): void => {
    dots = [];
    ask();
  };
  window.addEventListener("pointermove", move, true);
  document.documentElement.addEventListener("pointerleave", gone);
  document.documentElement.classList.add("avec-pointeur");
  return () => {
    cancelAnimationFrame(asked);
    window.removeEventListener("pointermove", move, true);
    document.documentElement.removeEventListener("pointerleave", gone);
    document.documentElement.classList.remove("avec-pointeur");
  };
}

function paint(canvas: HTMLCanvasElement, dots: readonly Dot[], now: number, trail: number): void {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(innerWidth * ratio), Math.round(innerHeight * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const ctx = canvas.getContext("2d")!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, innerWidth, innerHeight);
  const last = dots.at(-1);
  if (!last) return;
  ctx.lineCap = "round";
  for (let i = 1; i < dots.length; i++) {
    const [from, to] = [dots[i - 1]!, dots[i]!];
    const share = Math.max(0, 1 - (now - to.t) / trail);
    ctx.strokeStyle = `rgb(225 20 20 / ${share * 0.6})`;
    ctx.lineWidth = 2 + share * RADIUS;
    ctx.beginPath();
    ctx.moveTo(from.x, from.y);
    ctx.lineTo(to.x, to.y);
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.arc(last.x, last.y, RADIUS, 0, 2 * Math.PI);
  ctx.fillStyle = "#e11414";
  ctx.fill();
  ctx.lineWidth = 2.5; // a light ring, so that it is seen on dark and on red too
  ctx.strokeStyle = "#fff";
  ctx.stroke();
}
