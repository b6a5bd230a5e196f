/** What a page of the console does, measured within the browser. */
import type { Window } from "./chromium.ts";

/** Frames of a page over some seconds. */
export interface Frames {
  /** A second: the median one, and the worst. */
  readonly median: number;
  readonly worst: number;
  /** Between two frames, ms: one of a hundred is longer than this, and the longest. */
  readonly p99: number;
  readonly longest: number;
  /** Frames that should have been there, 60 a second, and were not. */
  readonly dropped: number;
  /** Tasks above 50 ms: how many, and all of them together, ms. */
  readonly longTasks: number;
  readonly longMs: number;
}

const FRAME_MS = 1000 / 60;

// what runs in the browser is text: this program knows no DOM
const COUNT = (seconds: number, scroll: number) => `new Promise((resolve) => {
  const stamps = [], long = [];
  const seen = new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration)));
  seen.observe({ type: "longtask" });
  const list = document.querySelector("main [tabindex='0']");
  const begin = performance.now();
  const frame = (now) => {
    stamps.push(now);
    if (${scroll} > 0) list.scrollBy(0, ${scroll});
    if (now - begin < ${seconds} * 1000) return requestAnimationFrame(frame);
    seen.disconnect();
    resolve({ stamps, long });
  };
  requestAnimationFrame(frame);
})`;

/** Counts frames. @param scroll px that the list is moved with each frame */
export async function frames(page: Window, seconds: number, scroll: number): Promise<Frames> {
  return framesOf(await page.value<{ stamps: number[]; long: number[] }>(COUNT(seconds, scroll)), seconds);
}

/** @param counted when each frame was, ms, and how long the long tasks took, ms */
export function framesOf(
  { stamps, long }: { readonly stamps: readonly number[]; readonly long: readonly number[] },
  seconds: number,
): Frames {
  const first = stamps[0] ?? 0;
  const perSecond = Array.from({ length: seconds }, (_, n) => {
    const from = first + n * 1000;
    return stamps.filter((at) => at >= from && at < from + 1000).length;
  }).sort((a, b) => a - b);
  const between = stamps
    .slice(1)
    .map((at, n) => at - (stamps[n] ?? at))
    .sort((a, b) => a - b);
  return {
    median: perSecond[Math.floor(perSecond.length / 2)] ?? 0,
    worst: perSecond[0] ?? 0,
    p99: between[Math.floor(between.length * 0.99)] ?? 0,
    longest: between.at(-1) ?? 0,
    dropped: between.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / FRAME_MS) - 1), 0),
    longTasks: long.length,
    longMs: Math.round(long.reduce((sum, one) => sum + one, 0)),
  };
}

/** What one comes for, and a touch that must be answered. */
export interface Aim {
  /** What must be there. */
  readonly content: string;
  /** What is touched as soon as it is drawn, and what must be there then. */
  readonly touch: string;
  readonly answer: string;
}

/** In each new document: when the content was drawn, then, after a touch in that moment, when the answer to it was. */
export const LOOK = ({ content, touch, answer }: Aim) => `(() => {
  const there = (what) => document.querySelector(what) !== null;
  const once = (is, then) => {
    const look = () => is() ? setTimeout(() => then(Math.round(performance.now())), 0) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  };
  if (location.pathname.startsWith("/console/"))
    once(() => there(${JSON.stringify(content)}) && there(${JSON.stringify(touch)}), (drawn) => {
      const one = document.querySelector(${JSON.stringify(touch)});
      globalThis.seenByBench = { drawn };
      for (const kind of ["mousedown", "mouseup", "click"])
        one.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, detail: 1 }));
      once(() => there(${JSON.stringify(answer)}), (usable) => { globalThis.seenByBench.usable = usable; });
    });
})()`;

export interface Visit {
  /** ms from the beginning of the navigation until what one came for is drawn. */
  readonly drawn: number;
  /** … and until a touch in that moment was answered. */
  readonly usable: number;
}

const MOST_MS = 20_000;
/** Often enough, and seldom enough to disturb nobody, ms. */
const ASK_MS = 150;

/** Opens an address in a window that looks (LOOK). */
export async function visit(page: Window, address: string): Promise<Visit> {
  await page.goto(address);
  let seen: Partial<Visit> | null = null;
  for (let ms = 0; ms < MOST_MS; ms += ASK_MS) {
    await Bun.sleep(ASK_MS);
    seen = await page.value<Partial<Visit> | null>("globalThis.seenByBench ?? null");
    if (seen?.drawn !== undefined && seen.usable !== undefined) return { drawn: seen.drawn, usable: seen.usable };
  }
  throw new Error(`${address}: ${seen === null ? "what one comes for does not come" : "a touch is not answered"}`);
}
