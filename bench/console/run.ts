/**
 * `npm run bench:console`: the list of devices in a real browser while the fleet changes, what it costs the server that
 * somebody watches, and how soon pages can be used on a slow phone.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { cpuSeconds } from "../load/measure.ts";
import { describeMachine } from "../machine.ts";
import { runProgram, say, scratchFolder } from "../program.ts";
import { freePort, startProcess } from "../servers/server.ts";
import { type ConsoleOptions, HELP, parseOptions } from "./options.ts";
import { type Frames, frames, usableAfter } from "./page.ts";

const FOLDER = ".cache/bench";
const MAIN = join(import.meta.dir, "../../src/cli/main.ts");
const EMAIL = "bench@example.com";
const PASSWORD = "seven green bottles";
const VALUE = '[role="row"] [data-fresh="fresh"], li [data-fresh="fresh"]';
/** Where a phone goes, and what one comes for. */
const PAGES = [
  ["sign-in", "sign-in", 'input[type="password"]'],
  ["home", "w/bench/home", "main h2"],
  ["devices", "w/bench/devices", VALUE],
  ["a device", "w/bench/devices/meter/000001", VALUE],
  ["live", "w/bench/live", "main h2"],
] as const;

function fleet(token: string, devices: number): string {
  const lines = Array.from({ length: devices }, (_, n) => {
    const id = String(n).padStart(6, "0");
    return `          - { id: "${id}", name: Meter ${id} }`;
  });
  return `users:
  - { email: ${EMAIL}, admin: true, workspaces: { bench: owner } }
workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: meter
        name: Meter
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: °C }
          - { id: HUMIDITY, type: NUMERIC, name: Humidity, unit: "%" }
          - { id: BATTERY, type: NUMERIC, name: Battery, unit: "%" }
        devices:
${lines.join("\n")}
    api_users:
      - { name: load, token: ${token}, grants: [{ devices: all, can: [view, record_measurements] }] }
`;
}

interface Place {
  readonly origin: string;
  readonly pid: number;
}

/** A window in which somebody is signed in. */
async function window(browser: Browser, { origin }: Place, width: number, height: number): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width, height }, locale: "en-GB" });
  const answer = await context.request.post(`${origin}/api/v1/auth/sign-in`, {
    data: { email: EMAIL, password: PASSWORD },
    headers: { Origin: origin },
  });
  if (!answer.ok()) throw new Error(`sign-in: ${await answer.text()}`);
  return context;
}

/** CPU of the server, as a share of one core. */
async function cpuDuring<T>({ pid }: Place, work: () => Promise<T>): Promise<{ share: number; result: T }> {
  const [before, from] = [cpuSeconds(pid) ?? Number.NaN, performance.now()];
  const result = await work();
  return { share: ((cpuSeconds(pid) ?? Number.NaN) - before) / ((performance.now() - from) / 1000), result };
}
const wait = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

interface Watched {
  readonly name: string;
  readonly frames: Frames;
  readonly cpu: number;
}

/** The list while it changes, still and scrolled, with the server's CPU; and without anybody who watches, before and after. */
async function list(browser: Browser, place: Place, { seconds }: ConsoleOptions) {
  const before = await cpuDuring(place, () => wait(seconds));
  const context = await window(browser, place, 1440, 900);
  const page = await context.newPage();
  await page.goto(`${place.origin}/console/w/bench/devices`);
  await page.locator(VALUE).first().waitFor({ timeout: 60_000 });
  await wait(2);
  const watched: Watched[] = [];
  for (const [name, scroll] of [
    ["still", 0],
    ["scrolled", 12],
  ] as const) {
    const { share, result } = await cpuDuring(place, () => frames(page, seconds, scroll));
    watched.push({ name, frames: result, cpu: share });
    say(`${name}: ${result.median} frames/s`);
  }
  await context.close();
  await wait(1);
  const after = await cpuDuring(place, () => wait(seconds));
  return { alone: (before.share + after.share) / 2, watched };
}

async function phone(browser: Browser, place: Place, slower: number): Promise<string[]> {
  const lines = ["| page, on a phone | first visit | again |", "|---|---:|---:|"];
  for (const [name, path, selector] of PAGES) {
    const context = await window(browser, place, 375, 812);
    if (path === "sign-in") await context.clearCookies();
    const page = await context.newPage();
    await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: slower });
    const address = `${place.origin}/console/${path}`;
    const first = await usableAfter(page, address, selector);
    lines.push(`| ${name} | ${first} ms | ${await usableAfter(page, address, selector)} ms |`);
    await context.close();
    say(lines.at(-1) ?? "");
  }
  return lines;
}

async function main(options: ConsoleOptions): Promise<boolean> {
  const folder = scratchFolder(FOLDER, "console-");
  const [http, mqtt] = [await freePort(), await freePort()];
  const token = randomBytes(20).toString("hex");
  const [fleetFile, passwordFile] = [join(folder, "fleet.yaml"), join(folder, "password")];
  writeFileSync(fleetFile, fleet(token, options.devices), { mode: 0o600 });
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  const command = [process.execPath, MAIN, "serve", "--data", join(folder, "data"), "--apply", fleetFile];
  command.push("--admin-email", EMAIL, "--admin-password-file", passwordFile);
  command.push("--http", `127.0.0.1:${http}`, "--mqtt", `127.0.0.1:${mqtt}`);
  for (const name of ["mqtts", "https", "wss"]) command.push(`--${name}`, "off");
  const server = await startProcess(command, folder, http, (line) => line.startsWith("ready"));
  const place = { origin: `http://127.0.0.1:${http}`, pid: server.pid };
  const start = [process.execPath, join(import.meta.dir, "load.ts"), String(mqtt), token];
  const load = Bun.spawn([...start, String(options.devices), String(options.rate)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  const browser = await chromium.launch({ executablePath: Bun.which("chromium") ?? "chromium", args });
  try {
    await wait(Math.min(20, 3 + options.devices / options.rate));
    const { alone, watched } = await list(browser, place, options);
    load.kill();
    const phones = await phone(browser, place, options.slower);
    const { cores, cpu, bun } = describeMachine(folder);
    const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
    const lines = [
      "| the list | frames/s, median | worst second | tasks above 50 ms | CPU of the server | more than unwatched |",
      "|---|---:|---:|---:|---:|---:|",
      `| nobody watches | | | | ${percent(alone)} | |`,
      ...watched.map(
        ({ name, frames: { median, worst, longTasks, longMs }, cpu: share }) =>
          `| ${name} | ${median} | ${worst} | ${longTasks} (${longMs} ms) | ${percent(share)} | ${percent(share / alone - 1)} |`,
      ),
    ];
    const { devices, rate, seconds, slower } = options;
    const head = `${cores} × ${cpu}, Bun ${bun}; ${devices} devices, ${rate} changes/s, ${seconds} s each; the phone's processor ${slower} times slower.`;
    process.stdout.write(`\n${[head, lines.join("\n"), phones.join("\n")].join("\n\n")}\n`);
    return true;
  } finally {
    load.kill();
    await browser.close();
    await server.stop();
  }
}

await runProgram(parseOptions, HELP, main, "Not everything was measured; see above.");
