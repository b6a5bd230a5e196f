/** The list of devices in a browser while the fleet changes: its frames, and what it costs the server. */
import type { Chromium, Window } from "./chromium.ts";
import { type Cost, costs, type State } from "./cost.ts";
import type { ConsoleOptions } from "./options.ts";
import { type Frames, frames } from "./page.ts";
import type { Place, signIn } from "./place.ts";

type Cookies = Awaited<ReturnType<typeof signIn>>;

const SCROLL = 12;
const MOST_MS = 60_000;
/** After the list is whole nothing is loaded any more, ms. */
const SETTLED_MS = 1500;

// what runs in the browser is text: the streams that a page holds open are in no list of the browser's
const NOTE_STREAMS = `globalThis.streamsOfBench = []; globalThis.EventSource = class extends EventSource {
  constructor(...wish) { super(...wish); streamsOfBench.push(this); }
};`;
const OPEN_STREAMS = `streamsOfBench.filter(({ readyState }) => readyState === 1).map(({ url }) => url.slice(location.origin.length))`;

async function openList(browser: Chromium, { origin }: Place, cookies: Cookies): Promise<Window> {
  const page = await browser.window({ width: 1440, height: 900, phone: false, cookies });
  await page.tell("Page.addScriptToEvaluateOnNewDocument", { source: NOTE_STREAMS });
  await page.goto(`${origin}/console/w/bench/devices`);
  return page;
}

/** When values come and no request is on its way any more. */
async function settled(page: Window): Promise<void> {
  const state = `JSON.stringify([document.querySelector('[role="row"] [data-fresh="fresh"]') !== null,
    performance.getEntriesByType("resource").length])`;
  let [last, since] = ["", 0];
  for (let ms = 0; ms < MOST_MS; ms += 100) {
    await Bun.sleep(100);
    const now = await page.value<string>(state);
    if (now !== last) since = ms;
    last = now;
    if (now.startsWith("[true") && ms - since > SETTLED_MS) return;
  }
  throw new Error("the list does not come to rest");
}

export interface Watched {
  readonly name: string;
  readonly frames: Frames;
}

/** Frames of the list: as it is loaded, then still, then scrolled. */
export async function watchFrames(browser: Chromium, place: Place, cookies: Cookies, { seconds }: ConsoleOptions) {
  const page = await openList(browser, place, cookies);
  for (let ms = 0; ms < MOST_MS && !(await page.value<boolean>(`document.querySelector("[role=row] a") !== null`)); )
    ms += await Bun.sleep(50).then(() => 50);
  const found: Watched[] = [{ name: "scrolled while it is loaded", frames: await frames(page, 4, SCROLL) }];
  await settled(page);
  found.push({ name: "still", frames: await frames(page, seconds, 0) });
  found.push({ name: "scrolled", frames: await frames(page, seconds, SCROLL) });
  await page.close();
  return found;
}

/** The streams that the list holds open, as one who only reads them. */
async function readStreams(place: Place, cookies: Cookies, addresses: readonly string[]): Promise<() => Promise<void>> {
  const ending = new AbortController();
  const headers = { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  const reads = addresses.map(async (address) => {
    const answer = await fetch(`${place.origin}${address}`, { headers, signal: ending.signal });
    if (!answer.ok || answer.body === null) throw new Error(`${address}: ${answer.status}`);
    for await (const _ of answer.body);
  });
  const over = Promise.all(reads).catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  await Bun.sleep(500);
  return async () => {
    ending.abort();
    await over;
  };
}

/** What the server pays: nobody watches, its streams are read by a program, a browser shows the list, and scrolls it. */
export async function watchCost(
  browser: Chromium,
  place: Place,
  cookies: Cookies,
  { rounds, period }: ConsoleOptions,
): Promise<Cost[]> {
  const page = await openList(browser, place, cookies);
  await settled(page);
  const streams = await page.value<string[]>(OPEN_STREAMS);
  await page.close();
  const scrolls = `{ const list = document.querySelector("main [tabindex='0']"), go = () => { list.scrollBy(0, ${SCROLL}); requestAnimationFrame(go); }; go(); }`;
  const shown = (then: string) => async () => {
    const own = await openList(browser, place, cookies);
    await settled(own);
    await own.value(then);
    return async () => void (await own.close());
  };
  const nobody = async () => {
    await Bun.sleep(1000);
    return async () => undefined;
  };
  const states: State[] = [
    { name: "nobody watches", begin: nobody },
    { name: `its ${streams.length} streams, read by a program`, begin: () => readStreams(place, cookies, streams) },
    { name: "every change, read by a program", begin: () => readStreams(place, cookies, ["/api/v1/live"]) },
    { name: "the list in a browser", begin: shown("0") },
    { name: "the list in a browser, scrolled", begin: shown(scrolls) },
  ];
  return costs(place.pid, states, rounds, period);
}
