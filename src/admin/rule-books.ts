import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { RulePort } from "../integrations/rules/types.ts";
import { printTime } from "../measure/time.ts";
import type { SeenValue } from "../rules/types.ts";
import type { AdminDeps } from "./types.ts";
import * as values from "./values.ts";

/** What a rule remembers of devices, and its log, as answers have them. */

type Deps = Pick<AdminDeps, "directory" | "rules">;

/** @throws Refusal not_available: no server runs */
export function looking({ rules }: Pick<AdminDeps, "rules">): RulePort {
  if (rules !== undefined) return rules;
  throw new Refusal(
    "not_available",
    "No server runs on this folder: rules are looked at by it, and it keeps their logs.",
  );
}

export const device = z
  .object({ product: z.string(), device: z.string() })
  .nullable()
  .meta({ description: "null: of none, or of one that is gone, or that you may not view." });
const value = z.union([z.number(), z.string(), z.boolean(), z.object({ lat: z.number(), lng: z.number() })]).nullable();
export const seenValue = z.object({
  field: z
    .string()
    .meta({ description: "A field, a figure as average(FIELD, 10m), a configuration field, or silence." }),
  value,
  time: values.time.nullable(),
  unit: z.string().nullable(),
});
export const shownState = z
  .object({
    device,
    state: z.enum(["hot", "waits", "cold"]).meta({
      description:
        "hot: it has fired and holds still; waits: it holds, but not for long enough yet; cold: neither, it has fired before.",
    }),
    since: values.time.nullable().meta({ description: "Since when it holds." }),
    fired: values.time.nullable().meta({ description: "When it fired last." }),
    quiet: z.enum(["limit", "snooze", "loop"]).nullable().meta({
      description: "Of a hot one: why its actions did not run when it fired; loop: writes of rules had gone round.",
    }),
  })
  .meta({ id: "RuleState", description: "What a rule remembers of a device." });
export const shownLine = z
  .object({
    line: z.int(),
    time: values.time,
    device,
    what: z.string().meta({
      description:
        "fired, repeated, cleared, waits (it holds, but not for long enough yet), waits_no_more, loop, error, gap, or what an action did.",
    }),
    text: z.string().nullable(),
    values: z.array(seenValue).meta({ description: "What it looked at; the first is what decided." }),
  })
  .meta({ id: "RuleLogLine", description: "What changed in a rule, with the values." });

export function showSeen(seen: readonly SeenValue[]) {
  return seen.map(({ time, ...rest }) => ({ ...rest, time: time === null ? null : printTime(time) }));
}
/** @param mayView what who asks may view */
export function showDevice(
  { directory }: Pick<Deps, "directory">,
  uid: number,
  mayView: (node: DeviceNode) => boolean,
) {
  const node = directory.deviceByUid(uid);
  return node === undefined || !mayView(node) ? null : { product: node.product.row.slug, device: node.row.id };
}
/** Of devices that who asks may view, and of the rule itself. */
export function ruleStates(deps: Deps, rule: number, mayView: (node: DeviceNode) => boolean) {
  return looking(deps)
    .statesOf(rule)
    .flatMap(({ device: uid, since, fired, state, quiet }) => {
      const shown = uid === 0 ? null : showDevice(deps, uid, mayView);
      if (shown === null && uid !== 0) return [];
      const time = (at: number | null) => (at === null ? null : printTime(at));
      return [{ device: shown, state, since: time(since), fired: time(fired), quiet }];
    });
}
/** Newest first; what is of devices that who asks may not view is left out. */
export async function ruleLines(
  deps: Deps,
  rule: number,
  before: number | undefined,
  limit: number,
  mayView: (node: DeviceNode) => boolean,
) {
  const lines = await looking(deps).lines(rule, before, limit);
  return lines.map(({ line, time, device: uid, what, text, values: seen }) => {
    const shown = uid === null ? null : showDevice(deps, uid, mayView);
    const isHidden = uid !== null && shown === null;
    return { line, time: printTime(time), device: shown, what, text, values: isHidden ? [] : showSeen(seen) };
  });
}
