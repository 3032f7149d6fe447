// A layer that lets through what is under it: drawn apart, then laid down as one.
import type { Pass } from "./pass";

let scratch: HTMLCanvasElement | undefined;

export function withOpacity(pass: Pass, layer: string, draw: (ctx: CanvasRenderingContext2D) => void): void {
  const opacity = pass.view.opacity[layer] ?? 1;
  const { ctx } = pass;
  if (opacity >= 1) {
    ctx.save();
    draw(ctx);
    ctx.restore();
  } else if (opacity > 0) {
    scratch ??= document.createElement("canvas");
    scratch.width = ctx.canvas.width; // which also clears it
    scratch.height = ctx.canvas.height;
    const own = scratch.getContext("2d")!;
    own.setTransform(ctx.getTransform());
    draw(own);
    ctx.save();
    ctx.resetTransform();
    ctx.globalAlpha = opacity;
    ctx.drawImage(scratch, 0, 0);
    ctx.restore();
  }
}
