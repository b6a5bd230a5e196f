import type { NamedUsage, Usage, UsageReport } from "../../history/usage.ts";
import { withAccess } from "../access.ts";
import { serverSettings } from "../folder.ts";
import { wholeNumber } from "../numbers.ts";
import { type Colors, colors, json, utcTime, plural, table } from "../text.ts";
import type { Io } from "../types.ts";
import type { StorageReport } from "../../admin/storage.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `store stats [--top N]`. */
export async function stats(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const top = wholeNumber("--top", flags.top, 10, 0, 100_000);
  const report = await withAccess(settings, {}, (access) => access.call("storeStats", { top }));
  io.out(flags.json === true ? json(report) : renderStats(report, colors(io.color)));
  return 0;
}

/** `store sweep`. */
export async function sweep(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const { online, left } = await withAccess(settings, {}, async (access) => {
    await access.call("storeSweep");
    const { all } = await access.call("storeStats", { top: 0 });
    return { online: access.online, left: all.going.measurements };
  });
  if (flags.json === true) io.out(json({ done: !online, left }, 0));
  else if (online) io.out("A sweep has begun; store stats shows how far it is.\n");
  else if (left === 0) io.out("What retention does not keep is gone.\n");
  else io.out(`What is sealed is gone; ${plural(left, "measurement")} in the log will go with a later sweep.\n`);
  return 0;
}

export function renderStats({ all, store, nextSweep, ...lists }: StorageReport, c: Colors): string {
  const per = all.measurements > 0 ? `, ${fraction((all.bytes + store.logBytes) / all.measurements)} bytes each` : "";
  const facts: [string, string][] = [
    ["Measurements", `${plural(all.measurements, "measurement")} of ${count(all.series)} series${per}`],
    ["Times", all.oldest === null ? "none" : `${timeText(all.oldest)} to ${timeText(all.newest)}`],
    ["Blocks", `${count(store.blocks)} with ${plural(all.bytes, "byte")}`],
    ["Rollups", `${plural(all.buckets, "bucket")} with ${plural(all.rollupBytes, "byte")}`],
    [
      "Log",
      `${plural(store.logRows, "row")} with ${plural(store.logBytes, "byte")}; ${plural(store.headBytes, "byte")} of memory for reads`,
    ],
    ["File", `${plural(store.fileBytes, "byte")}, of which ${count(store.freeBytes)} are free and used again`],
    ["Next sweep", sweepText(all, nextSweep)],
  ];
  const head = facts.map(([name, value]) => `${c.bold(`${name}:`.padEnd(13))} ${value}\n`).join("");
  return [head, ...tables(lists, c)].join("\n");
}

function sweepText({ going }: Usage, next: number | null): string {
  const when = next === null ? "a minute after the server's start" : utcTime(next);
  const what = `${plural(going.measurements, "measurement")} with ${plural(going.bytes, "byte")}`;
  return `${when}; takes about ${what}`;
}

function tables({ products, fields, devices }: Omit<UsageReport, "all">, c: Colors): string[] {
  const columns = ["SERIES", "MEASUREMENTS", "BYTES", "EACH", "BUCKETS", "GOES NEXT", "OLDEST", "NEWEST"];
  const right = [1, 2, 3, 4, 5, 6];
  const plain = (title: string, list: readonly NamedUsage[]) => table([title, ...columns], list.map(cells), c, right);
  const kept = fields.map((one) => [...cells(one), one.retention, one.rollups]);
  return [
    plain("PRODUCT", products),
    table(["FIELD", ...columns, "RETENTION", "ROLLUPS"], kept, c, right),
    plain("DEVICE", devices),
  ].filter((text) => text !== "");
}
function cells(one: NamedUsage): string[] {
  return [
    one.name,
    count(one.series),
    count(one.measurements),
    count(one.bytes),
    // of what is in the log alone nothing can be said
    one.bytes > 0 ? fraction(one.bytes / one.measurements) : "",
    count(one.buckets),
    count(one.going.measurements),
    timeText(one.oldest),
    timeText(one.newest),
  ];
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
function fraction(n: number): string {
  return n.toFixed(1);
}
function timeText(time: number | null): string {
  return time === null ? "" : utcTime(time);
}
