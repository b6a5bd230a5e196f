import type { Answer } from "../../admin/operations.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, say, show as showList } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

type Shown = Answer<"alertShow">;

/** `alert list`. */
export const list = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const found = await access.call("alertList", {
      ...given(flags, "workspace", "device", "state", "severity", "order"),
      limit: wholeNumber("--limit", flags.limit, 50, 1, 1000),
    });
    const rows = found.map((one) => [
      ...[one.alert, one.severity, one.state, one.opened, one.workspace, deviceOf(one), visible(one.text), one.count],
    ]);
    const head = ["ALERT", "SEVERITY", "STATE", "OPENED", "WORKSPACE", "DEVICE", "TEXT", "FIRED"];
    return showList(io, flags, found, head, rows, "There are no such alerts.");
  });

/** `alert show ALERT`. */
export const show = (io: Io, [alert = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("alertShow", { alert });
    return say(io, flags, one, described(one));
  });

/** `alert acknowledge ALERT`. */
export const acknowledge = (io: Io, [alert = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("alertAcknowledge", { alert, ...given(flags, "note") });
    return say(io, flags, done, `Alert ${done.alert} is acknowledged: its rule tells of it no more while it is true.`);
  });

/** `alert close ALERT`. */
export const close = (io: Io, [alert = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const done = await access.call("alertClose", { alert, ...given(flags, "note") });
    return say(io, flags, done, `Alert ${done.alert} is closed.`);
  });

/** `alert notifications`. */
export const notifications = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const found = await access.call("notificationList", {
      ...given(flags, "workspace"),
      limit: wholeNumber("--limit", flags.limit, 50, 1, 1000),
    });
    const rows = found.map((one) => [one.time, one.severity, deviceOf(one), visible(one.text)]);
    return showList(io, flags, found, ["TIME", "SEVERITY", "DEVICE", "TEXT"], rows, "Nobody was told anything yet.");
  });

function deviceOf({ device }: Pick<Shown, "device">): string | null {
  return device === null ? null : `${device.product}/${device.device}`;
}
function described(one: Shown): string {
  const values = (list: Shown["values"]) =>
    list
      .map(({ field, value, unit }) => `${field} ${JSON.stringify(value)}${unit === null ? "" : ` ${unit}`}`)
      .join(", ");
  const facts: (readonly [string, string | null])[] = [
    ["Alert", `${one.alert} of ${one.workspace}`],
    ["Text", one.text],
    ["Severity", one.severity],
    ["State", one.state],
    ["Rule", `${one.rule_name} (#${one.rule})`],
    ["Device", deviceOf(one)],
    ["Opened", one.opened],
    ["Fired", `${one.count} times, last ${one.last_fired}`],
    ["Cause", values(one.values)],
    ["Latest", values(one.latest)],
  ];
  const steps = one.steps.map(({ time, what, by, note }) =>
    `  ${time}  ${what.padEnd(12)}  ${visible([by ?? "the rule", note].filter((part) => part !== null).join(": "))}`.trimEnd(),
  );
  const lines = facts.flatMap(([name, text]) => (text === null ? [] : [`${`${name}:`.padEnd(12)}${visible(text)}`]));
  return [...lines, ...steps].join("\n");
}
