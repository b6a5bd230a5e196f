/** What a page of the console does, measured within the browser. */
import type { Page } from "playwright-core";

/** Frames of a page over some seconds. */
export interface Frames {
  /** A second: the median one, and the worst. */
  readonly median: number;
  readonly worst: number;
  /** Tasks above 50 ms: how many, and all of them together, ms. */
  readonly longTasks: number;
  readonly longMs: number;
}

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
const DRAWN =
  "new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(Math.round(performance.now())), 0)))";

/** Counts frames. @param scroll px that the list is moved with each frame */
export async function frames(page: Page, seconds: number, scroll: number): Promise<Frames> {
  const counted = await page.evaluate<{ stamps: number[]; long: number[] }>(COUNT(seconds, scroll));
  const first = counted.stamps[0] ?? 0;
  const perSecond = Array.from({ length: seconds }, (_, n) => {
    const from = first + n * 1000;
    return counted.stamps.filter((at) => at >= from && at < from + 1000).length;
  }).sort((a, b) => a - b);
  return {
    median: perSecond[Math.floor(perSecond.length / 2)] ?? 0,
    worst: perSecond[0] ?? 0,
    longTasks: counted.long.length,
    longMs: Math.round(counted.long.reduce((sum, one) => sum + one, 0)),
  };
}

/** ms from the beginning of the navigation until something on the page can be used. @param selector what one came for */
export async function usableAfter(page: Page, address: string, selector: string): Promise<number> {
  await page.goto(address, { waitUntil: "commit" });
  await page.locator(selector).first().waitFor({ timeout: 60_000 });
  // the frame in which it is drawn, and one in which a touch would be heard
  return page.evaluate<number>(DRAWN);
}
