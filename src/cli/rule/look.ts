import { deviceIn } from "../device-flag.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, say, show as table } from "../results.ts";
import { json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { ruleIn } from "./file.ts";

/** `rule list`, `show`, `dry-run`, `try`, `log`, `states`: see register.ts. */

const which = (rule: string, flags: Flags) => ({ rule, ...given(flags, "workspace") });
interface Seen {
  readonly field: string;
  readonly value: unknown;
  readonly unit: string | null;
}
const deviceText = (device: { readonly product: string; readonly device: string } | null): string =>
  device === null ? "-" : `${device.product}/${device.device}`;
const valuesText = (seen: readonly Seen[]): string =>
  seen
    .map(
      ({ field, value, unit }) =>
        `${field} ${typeof value === "object" ? JSON.stringify(value) : value}${unit === null ? "" : ` ${unit}`}`,
    )
    .map(visible)
    .join(", ");

export const list = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("ruleList", given(flags, "workspace"));
    const rows = all.map((one) => [
      ...[one.rule, visible(one.name), one.workspace, one.trigger.type, one.state],
      [
        ...(one.snoozed_until === null ? [] : [`snoozed until ${one.snoozed_until}`]),
        ...(one.loop_stopped === null ? [] : [`stopped as a loop at ${one.loop_stopped}`]),
      ].join(", "),
    ]);
    return table(io, flags, all, ["NUMBER", "RULE", "WORKSPACE", "TRIGGER", "STATE", ""], rows, "There are no rules.");
  });
/** All of it, as `rule create` takes it; what is wrong with a broken one besides. */
export const show = (io: Io, [rule = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("ruleShow", which(rule, flags));
    for (const { path, message } of one.problems) io.err(`${path}: ${visible(message)}\n`);
    io.out(json(one));
    return 0;
  });

type Run = Awaited<ReturnType<typeof runOf>>;
const runOf = (access: Parameters<Parameters<typeof on>[2]>[0], rule: string, flags: Flags) =>
  access.call("ruleDryRun", { ...which(rule, flags), ...given(flags, "from", "to") });
export const dryRun = (io: Io, [rule = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => told(io, flags, await runOf(access, rule, flags)));
/** What of a rule a dry run looks at. */
const LOOKED = ["scope", "trigger", "condition", "for", "repeat", "hours"];
export const tryFile = (io: Io, [file = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const rule = await ruleIn(io, file);
    const wish = Object.fromEntries(LOOKED.flatMap((key) => (Object.hasOwn(rule, key) ? [[key, rule[key]]] : [])));
    const asked = { ...wish, ...given(flags, "workspace", "from", "to") };
    return told(io, flags, await access.call("ruleTry", asked));
  });
function told(io: Io, flags: Flags, run: Run): number {
  const of = `${plural(run.measurements, "measurement")} of ${plural(run.devices, "device")}`;
  if (flags.json !== true) {
    io.err(`${run.from} to ${run.to}, ${of}: it would have fired ${plural(run.fired, "time")}.\n`);
    if (!run.complete) io.err("There is more than a dry run looks at: name fewer devices, or a shorter time.\n");
  }
  const rows = run.firings.map((one) => [
    ...[one.fired, one.cleared ?? "-", deviceText(one.device), valuesText(one.values)],
  ]);
  return table(io, flags, run, ["FIRED", "CLEARED", "DEVICE", "VALUES"], rows, "");
}

export const testAction = (io: Io, [rule = "", action = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const tried = await access.call("ruleTestAction", {
      ...which(rule, flags),
      action: wholeNumber("action", action, 0, 0, 100),
      device: flags.device === undefined ? null : deviceIn(String(flags.device)),
      dry_run: flags.dryRun === true,
    });
    for (const [key, value] of Object.entries(tried.rendered)) io.err(`${key}: ${visible(value)}\n`);
    say(io, flags, tried, visible(tried.text));
    return tried.done || flags.dryRun === true ? 0 : 1;
  });

export const log = (io: Io, [rule = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const limit = wholeNumber("--limit", flags.limit, 20, 1, 200);
    const lines = await access.call("ruleLog", { ...which(rule, flags), limit });
    const rows = lines.map((one) => [
      ...[one.time, one.what, deviceText(one.device), valuesText(one.values), visible(one.text ?? "")],
    ]);
    return table(io, flags, lines, ["TIME", "WHAT", "DEVICE", "VALUES", ""], rows, "Nothing has changed in it yet.");
  });
const QUIET = { limit: "its limit an hour was reached", snooze: "it was snoozed", loop: "a loop was stopped" } as const;
export const states = (io: Io, [rule = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("ruleStates", which(rule, flags));
    const rows = all.map((one) => [
      ...[deviceText(one.device), one.state, one.since ?? "-", one.fired ?? "-"],
      one.quiet === null ? "" : `no action: ${QUIET[one.quiet]}`,
    ]);
    return table(io, flags, all, ["DEVICE", "STATE", "SINCE", "FIRED LAST", ""], rows, "It has fired for no device.");
  });
