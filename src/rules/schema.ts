import { z } from "zod";
import { conditionOf } from "./condition-schema.ts";
import { DURATION_RULE, secondsOf } from "./duration.ts";
import { isCron, isClockTime, isZone } from "./time.ts";
import { DAYS, type RuleDefinition } from "./types.ts";
import { fieldId, radius, position } from "./values.ts";

/** What a rule may say, for the fleet file, requests, and what was stored. */

const duration = z
  .string()
  .refine((text) => secondsOf(text) !== null, `allowed is ${DURATION_RULE}`)
  .meta({ examples: ["10m"] });
const zone = z.string().refine(isZone, "there is no such time zone; use an IANA name such as Europe/Berlin or UTC");

const trigger = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("measurement"), fields: z.array(fieldId).min(1).max(50) }),
  z.strictObject({ type: z.literal("silence"), timeout: duration.nullable().default(null) }),
  z.strictObject({
    type: z.literal("schedule"),
    cron: z
      .string()
      .max(200)
      .refine(isCron, "allowed is a cron pattern of five fields that comes true at some time, like 30 7 * * 1-5"),
    zone: zone.default("UTC"),
  }),
  z.strictObject({
    ...{ type: z.literal("geofence"), field: fieldId, ...position, radius },
    event: z.enum(["enter", "leave"]),
  }),
]);

const clock = (rule: string, latest: string) =>
  z.string().refine((text) => isClockTime(text, latest), `allowed is a time of the day like ${rule}`);
const hours = z
  .strictObject({
    zone: zone.default("UTC"),
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .max(7)
      .default([...DAYS]),
    from: clock("08:00", "23:59").default("00:00"),
    to: clock("17:30, or 24:00", "24:00").default("24:00"),
  })
  .refine(({ from, to }) => from !== to, { path: ["to"], message: "should not be the same as from" });

const CONDITION =
  'What must hold: a comparison {field, operator, value}, or {"all": […]}, {"any": […]}, {"not": …} of conditions. A comparison may compare ' +
  "a figure of a field (`figure`, `over`) or a configuration field (`configuration`) with a number, text, true or false, another field " +
  '({"field": …}), a configuration field ({"configuration": …}) or a circle, with a `hysteresis`. Null: what triggers the rule is enough.';
/** A condition: its grammar goes round, so it is read by src/rules/condition-schema.ts. */
const condition = z.record(z.string(), z.unknown()).transform((given, ctx) => {
  const read = conditionOf(given);
  if ("condition" in read) return read.condition;
  for (const { path, message } of read.problems) ctx.addIssue({ code: "custom", path: [...path], message });
  return z.NEVER;
});

const described = (description: string) => ({ description });
/** The keys of a rule's definition; what each is where nothing is said is in `UNSAID`. */
export const definitionShape = {
  trigger: trigger.meta(described("What the rule is looked at for.")),
  condition: condition.nullable().meta(described(CONDITION)),
  for: duration.nullable().meta(described("It must hold for so long before the rule fires. Null: it fires at once.")),
  repeat: duration
    .nullable()
    .meta(described("While it holds the rule tells so again, with this pause. Null: it tells once.")),
  hours: hours.nullable().meta(described("It holds only on these days at these hours. Null: always.")),
  limit: z
    .int()
    .min(1)
    .max(1000)
    .nullable()
    .meta(described("How often an hour its actions run at most, over all devices. Null: any number of times.")),
  max_age: z
    .union([duration, z.literal("any")])
    .meta(
      described(
        "Measurements older than this when they come raise nothing; any: they do, however late. 1h when absent.",
      ),
    ),
};
export const definitionSchema = z.strictObject(definitionShape);
const given = definitionSchema.partial();
type DefinitionGiven = z.output<typeof given>;

/** What a rule says where nothing is said. */
const UNSAID = { condition: null, for: null, repeat: null, hours: null, limit: null, max_age: "1h" } as const;

/** A definition with what is given of it, over one that is there. @param known null: it is new */
export function definitionFrom(given: DefinitionGiven, known: RuleDefinition | null): RuleDefinition {
  const said = Object.entries(given).filter(
    ([key, value]) => value !== undefined && Object.hasOwn(definitionShape, key),
  );
  // the keys of the shape, with values that it has judged
  return { ...UNSAID, ...known, ...(Object.fromEntries(said) as Pick<RuleDefinition, "trigger">) };
}

interface Problem {
  readonly path: string;
  readonly message: string;
}
/** What does not fit together in a definition. */
export function definitionProblems({ trigger, condition, ...rest }: RuleDefinition): Problem[] {
  const why =
    trigger.type === "schedule"
      ? "a schedule is a moment: nothing holds on from it"
      : trigger.type === "measurement" && condition === null
        ? "without a condition the rule fires at each measurement: there is nothing that could hold on"
        : null;
  if (why === null) return [];
  return (["for", "repeat"] as const).flatMap((path) => (rest[path] === null ? [] : [{ path, message: why }]));
}
