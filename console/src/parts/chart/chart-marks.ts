import type uPlot from "uplot";
import type { Silence } from "./counts.ts";

/** What stands on a chart beside its lines. */

/** A mark at the top where something was refused. @param marks seconds */
export function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly number[], color: string): void {
  ctx.save();
  ctx.fillStyle = color;
  for (const seconds of marks) {
    const x = valToPos(seconds, "x", true);
    if (x >= bbox.left && x <= bbox.left + bbox.width) ctx.fillRect(x - 1, bbox.top, 2, 8 * devicePixelRatio);
  }
  ctx.restore();
}

/** A ground behind the lines for as long as the device was silent, with an edge below it. */
export function drawAway({ ctx, bbox, valToPos }: uPlot, away: readonly Silence[], color: string): void {
  const { left, top, width, height } = bbox;
  const edge = 3 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = color;
  for (const { from, to } of away) {
    const start = Math.max(left, valToPos(from / 1000, "x", true));
    const wide = Math.min(left + width, valToPos(to / 1000, "x", true)) - start;
    if (wide <= 0) continue;
    ctx.globalAlpha = 0.1;
    ctx.fillRect(start, top, wide, height);
    ctx.globalAlpha = 1;
    ctx.fillRect(start, top + height - edge, Math.max(wide, devicePixelRatio), edge);
  }
  ctx.restore();
}
