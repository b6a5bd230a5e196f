import { z } from "zod";
import { ACTION_RULE, actionValues as v, MOST_ACTIONS, USUAL_EVENTS } from "./rule-actions.ts";
import type { RuleAction, WebhookAction } from "./rule-action-rows.ts";

/** Actions and alerts of rules as people give them, over the API and in fleet files, and as answers have them. */

/** Stands for a secret that is there: answers have it, and a change that has it keeps what there is. */
export const KEPT = "…";

/** The list of a rule's actions, as it is given. */
function actionsWish() {
  const on = v.on.default([...USUAL_EVENTS]);
  const device = z
    .string()
    .regex(/^[^/]+\/[^/]+$/, "allowed is a product and a device of it, like my-product/000001")
    .nullable()
    .default(null)
    .meta({ description: "`product/device`; null: the device that the rule fires for." });
  const digest = v.digest
    .default(0)
    .meta({ description: `A mail gathers what happens for so many seconds: ${ACTION_RULE.digest}.` });
  return z
    .array(
      z.discriminatedUnion("type", [
        z.strictObject({
          ...{ type: z.literal("email"), on, to: v.to, subject: v.line.default("{{ rule }}") },
          ...{ text: v.template.default("{{ text }}\n"), digest },
        }),
        z.strictObject({
          ...{ type: z.literal("webhook"), on, url: v.url, headers: v.headers(z.string().nullable()).default({}) },
          body: v.template
            .nullable()
            .default(null)
            .meta({ description: "A template; null: what templates know, as JSON." }),
          secret: z
            .union([z.literal(KEPT), v.secret])
            .nullable()
            .default(null)
            .meta({
              description: `whsec_… signs requests by Standard Webhooks. Answers have "${KEPT}" for one that is there; a change with that keeps it.`,
            }),
        }),
        z.strictObject({
          ...{ type: z.literal("message"), on, topic: v.line, payload: z.string().max(32_768).default("{{ value }}") },
          retain: z.boolean().default(false),
        }),
        z.strictObject({ type: z.literal("field"), on, device, field: v.field, value: v.template }),
        z.strictObject({ type: z.literal("downlink"), on, device, downlink: v.downlink, values: v.values.default({}) }),
        z.strictObject({ type: z.literal("notification"), on, text: v.template.default("{{ text }}") }),
      ]),
    )
    .max(MOST_ACTIONS, `at most ${MOST_ACTIONS} actions`);
}
/** What a rule says of its actions and its alert, as it is given. */
export const actionWishes = {
  actions: actionsWish(),
  alert: z
    .strictObject({
      severity: v.severity.default("warning"),
      text: v.template.default("{{ rule }}"),
      closes: z.boolean().default(true).meta({ description: "It closes by itself when the rule is true no more." }),
    })
    .nullable()
    .meta({ description: "The alert that it opens; null: none." }),
};
export type ActionWish = z.output<typeof actionWishes.actions>[number];

/** A value that a wish names wrongly. */
interface Wrong {
  readonly path: string;
  readonly message: string;
}

/**
 * The actions of a row.
 * @param deviceOf uid of a device of the rule's workspace; undefined: there is none
 * @param known those of the row before: secrets that are kept
 * @param wrong hears what is wrong; what is answered then is good for nothing
 */
export function actionsFrom(
  given: readonly ActionWish[],
  deviceOf: (product: string, device: string) => number | undefined,
  known: readonly RuleAction[],
  wrong: (what: Wrong) => void,
): readonly RuleAction[] {
  return given.map((one, i): RuleAction => {
    const at = `actions[${i}]`;
    const on = [...new Set(one.on)];
    switch (one.type) {
      case "webhook":
        return { ...one, on, ...secretsOf(one, known, at, wrong) };
      case "field":
      case "downlink": {
        if (one.device === null) return { ...one, on, device: null };
        const [product = "", id = ""] = one.device.split("/");
        const device = deviceOf(product, id);
        if (device === undefined)
          wrong({ path: `${at}.device`, message: `The workspace has no device ${JSON.stringify(one.device)}.` });
        return { ...one, on, device: device ?? 0 };
      }
      default:
        return { ...one, on };
    }
  });
}
function secretsOf(
  { url, headers, secret }: Extract<ActionWish, { type: "webhook" }>,
  known: readonly RuleAction[],
  at: string,
  wrong: (what: Wrong) => void,
): Pick<WebhookAction, "headers" | "secret"> {
  const before = known.find((one): one is WebhookAction => one.type === "webhook" && one.url === url);
  const kept = (path: string, value: string | null | undefined): string => {
    if (value === undefined || value === null)
      wrong({ path: `${at}.${path}`, message: "There is no value yet that could be kept. Give one." });
    return value ?? "";
  };
  return {
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value ?? kept(`headers.${name}`, before?.headers[name])]),
    ),
    secret: secret === KEPT ? kept("secret", before?.secret) : secret,
  };
}
