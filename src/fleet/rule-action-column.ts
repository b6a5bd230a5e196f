import { z } from "zod";
import type { Look } from "./kind.ts";
import { RULE_EVENTS, type RuleAction, type RuleAlert, SEVERITIES } from "./rule-action-rows.ts";

/** Actions and alerts of rules where they are stored: devices are uids there. What each value may be was judged when it was saved. */

const text = z.string();
const on = z.array(z.enum(RULE_EVENTS)).min(1);
const device = z.int().nullable();
const texts = z.record(text, text);
const STORED = z.array(
  z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("email"), on, to: z.array(text), subject: text, text, digest: z.int() }),
    z.strictObject({
      ...{ type: z.literal("webhook"), on, url: text, headers: texts, body: text.nullable(), secret: text.nullable() },
    }),
    z.strictObject({ type: z.literal("message"), on, topic: text, payload: text, retain: z.boolean() }),
    z.strictObject({ type: z.literal("field"), on, device, field: text, value: text }),
    z.strictObject({ type: z.literal("downlink"), on, device, downlink: text, values: texts }),
    z.strictObject({ type: z.literal("notification"), on, text }),
  ]),
);
const STORED_ALERT = z.strictObject({ severity: z.enum(SEVERITIES), text, closes: z.boolean() });

/** The actions that a column holds; null: it cannot be any. */
export function actionsOf(value: unknown): readonly RuleAction[] | null {
  return STORED.safeParse(value).data ?? null;
}
/** The alert that a column holds. */
export function alertOf(value: unknown): RuleAlert | null {
  return STORED_ALERT.safeParse(value).data ?? null;
}

/** With the numbers that a commit gives to what is new. */
export function resolveActions(
  actions: readonly RuleAction[],
  uid: (kind: "device", uid: number) => number,
): readonly RuleAction[] {
  return actions.map((one) =>
    (one.type === "field" || one.type === "downlink") && one.device !== null
      ? { ...one, device: uid("device", one.device) }
      : one,
  );
}

/** For the audit log: nothing that may let somebody in elsewhere. */
export function shownActions(actions: readonly RuleAction[], look: Look): unknown {
  return actions.map((one) => {
    switch (one.type) {
      case "webhook":
        return {
          ...one,
          url: one.url.replace(/\?.*$/s, "?…"),
          headers: Object.keys(one.headers),
          secret: one.secret === null ? null : "…",
        };
      case "field":
      case "downlink":
        return {
          ...one,
          device: one.device === null ? null : (look.name("device", one.device) ?? "a device that is gone"),
        };
      default:
        return one;
    }
  });
}
