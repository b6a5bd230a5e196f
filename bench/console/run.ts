/**
 * `npm run bench:console`: the list of devices in a real browser while the fleet changes, what it costs the server that
 * somebody watches, and how soon pages can be used on a slow phone.
 */
import { describeMachine } from "../machine.ts";
import { runProgram, say } from "../program.ts";
import { median } from "../table.ts";
import { Chromium } from "./chromium.ts";
import { type Cost, spread } from "./cost.ts";
import { type ConsoleOptions, HELP, parseOptions } from "./options.ts";
import { phoneTable } from "./phone.ts";
import { signIn, startPlace } from "./place.ts";
import { type Watched, watchCost, watchFrames } from "./watching.ts";

function framesTable(watched: readonly Watched[]): string[] {
  return [
    "| the list | frames/s, median | worst second | frames missing | between two, 99 % | longest | tasks above 50 ms |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...watched.map(({ name, frames: { median, worst, dropped, p99, longest, longTasks, longMs } }) => {
      const cells = [name, median, worst, dropped, `${p99.toFixed(0)} ms`, `${longest.toFixed(0)} ms`];
      return `| ${cells.join(" | ")} | ${longTasks} (${longMs} ms) |`;
    }),
  ];
}

function costTable(costs: readonly Cost[]): string[] {
  const alone = median(costs[0]?.shares ?? []);
  return [
    "| who watches | CPU of the server, of one core | more than nobody | of what it pays for the load |",
    "|---|---:|---:|---:|",
    ...costs.map(({ name, shares, more }, n) => {
      const cells = n === 0 ? ["", ""] : [spread(more), spread(more.map((one) => one / alone))];
      return `| ${[name, spread(shares), ...cells].join(" | ")} |`;
    }),
  ];
}

async function main(options: ConsoleOptions): Promise<boolean> {
  const { devices, rate, seconds, rounds, period, slower, rtt, mbit, visits, parts } = options;
  const place = await startPlace(devices);
  const browser = await Chromium.launch();
  let calm = () => {};
  try {
    calm = place.change(rate);
    await Bun.sleep(Math.min(20, 3 + devices / rate) * 1000);
    const cookies = await signIn(place);
    const { cores, cpu, bun } = describeMachine(place.folder);
    const blocks = [`${cores} × ${cpu}, Bun ${bun}; ${devices} devices, ${rate} changes/s.`];
    const add = (head: string, lines: readonly string[]) => {
      blocks.push(head, lines.join("\n"));
      for (const line of lines) say(line);
    };
    if (parts.includes("frames"))
      add(`Frames: ${seconds} s each.`, framesTable(await watchFrames(browser, place, cookies, options)));
    if (parts.includes("cost"))
      add(
        `What watching costs: ${rounds} rounds of ${period} s; the median, and what half of the rounds lie between.`,
        costTable(await watchCost(browser, place, cookies, options)),
      );
    calm();
    const line = rtt === 0 ? "without a line" : `a line of ${rtt} ms and ${mbit} Mbit/s`;
    if (parts.includes("phone"))
      add(
        `A phone whose processor is ${slower} times slower, ${line}: ${visits} visits; the median (least–most).`,
        await phoneTable(browser, place, options),
      );
    process.stdout.write(`\n${blocks.join("\n\n")}\n`);
    return true;
  } finally {
    calm();
    await browser.close();
    await place.stop();
  }
}

await runProgram(parseOptions, HELP, main, "Not everything was measured; see above.");
