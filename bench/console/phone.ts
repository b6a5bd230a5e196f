/** How soon pages can be used on a slow phone. */
import { median } from "../table.ts";
import { say } from "../program.ts";
import type { Chromium } from "./chromium.ts";
import type { ConsoleOptions } from "./options.ts";
import { type Aim, LOOK, type Visit, visit } from "./page.ts";
import { type Place, signIn } from "./place.ts";

const VALUE = '[role="row"] [data-fresh="fresh"], li [data-fresh="fresh"]';
/** The menu in the bar at the bottom. */
const MENU = { touch: 'nav > button[aria-haspopup="menu"]', answer: '[role="menu"]' };

interface Goal extends Aim {
  readonly name: string;
  readonly path: string;
  /** For who is not signed in. */
  readonly open?: boolean;
}

/** Where a phone goes, what one comes for there, and what is touched. */
const PAGES: readonly Goal[] = [
  {
    name: "sign-in",
    path: "sign-in",
    content: 'input[type="password"]',
    touch: "form button[aria-pressed=false]",
    answer: "form button[aria-pressed=true]",
    open: true,
  },
  { name: "home", path: "w/bench/home", content: "main h2", ...MENU },
  { name: "devices", path: "w/bench/devices", content: VALUE, ...MENU },
  { name: "a device", path: "w/bench/devices/meter/000001", content: VALUE, ...MENU },
  { name: "products", path: "w/bench/products", content: 'main a[href$="/meter"]', ...MENU },
  { name: "live", path: "w/bench/live", content: "main h2", ...MENU },
];

/** Each page some times, the first visit and another: a table with the medians, and the least and the most. */
export async function phoneTable(browser: Chromium, place: Place, options: ConsoleOptions): Promise<string[]> {
  const { slower, visits, rtt, mbit } = options;
  const lines = [
    "| page, on a phone | first visit: drawn | usable | again: drawn | usable |",
    "|---|---:|---:|---:|---:|",
  ];
  for (const { name, path, open = false, ...aim } of PAGES) {
    const [first, again]: [Visit[], Visit[]] = [[], []];
    for (let n = 0; n < visits; n++) {
      const cookies = open ? [] : await signIn(place);
      const line = rtt === 0 ? undefined : { ms: rtt, mbit };
      const page = await browser.window({ width: 375, height: 812, phone: true, slower, line, cookies });
      await page.tell("Page.addScriptToEvaluateOnNewDocument", { source: LOOK(aim) });
      const address = `${place.origin}/console/${path}`;
      first.push(await visit(page, address));
      again.push(await visit(page, address));
      await page.close();
    }
    const cells = [first, again].flatMap((all) => [all.map(({ drawn }) => drawn), all.map(({ usable }) => usable)]);
    lines.push(`| ${[name, ...cells.map(cell)].join(" | ")} |`);
    say(lines.at(-1) ?? "");
  }
  return lines;
}

const cell = (ms: readonly number[]) => `${Math.round(median(ms))} (${Math.min(...ms)}–${Math.max(...ms)}) ms`;
