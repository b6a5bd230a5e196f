import { z } from "zod";
import * as values from "../../admin/values.ts";
import { SEVERITIES } from "../../fleet/rule-action-rows.ts";
import { ALERT_STATES } from "../../store/ports.ts";
import { value } from "./values.ts";

/** Alerts and notifications, as answers have them. */

const severity = z.enum(SEVERITIES);
const device = z.object({ product: z.string(), device: z.string(), name: z.string() }).nullable();
const seen = z.array(
  z.object({
    field: z.string().meta({ description: "A field, or a figure of one: `average(TEMPERATURE, 10m)`." }),
    value: value.nullable(),
    time: values.time.nullable(),
    unit: z.string().nullable(),
  }),
);
const by = z.string().nullable().meta({ description: "Who; null: the rule." });

export const alert = z
  .object({
    alert: z.int(),
    workspace: z.string(),
    device: device.meta({ description: "null: it is about no device." }),
    rule: z.int().meta({ description: "Number of the rule, which may be gone." }),
    rule_name: z.string().meta({ description: "As it was when the alert was opened." }),
    severity,
    state: z.enum(ALERT_STATES),
    text: z.string(),
    opened: values.time,
    changed: values.time,
    count: z.int().meta({ description: "How often the rule fired for it, repetitions included." }),
    last_fired: values.time,
    values: seen.meta({ description: "What caused it, when it was opened." }),
    latest: seen.meta({ description: "The same when the rule fired last." }),
    acknowledged: z.object({ by: z.string(), time: values.time }).nullable(),
    closed: z.object({ by, time: values.time }).nullable(),
    steps: z
      .array(
        z.object({
          time: values.time,
          what: z.enum(["opened", "fired", "acknowledged", "closed"]),
          by,
          note: z.string().nullable(),
        }),
      )
      .meta({ description: "What happened to it, oldest first." }),
  })
  .meta({ id: "Alert", description: "A rule fired for a device, and somebody should look at it." });

export const notification = z
  .object({
    notification: z.int(),
    workspace: z.string(),
    device,
    rule: z.int(),
    time: values.time,
    severity: severity.nullable(),
    text: z.string(),
  })
  .meta({ id: "Notification", description: "What a rule tells people in the console." });

const counted = z.object({ open: z.int(), acknowledged: z.int() });
export const counts = z
  .object({ critical: counted, error: counted, warning: counted, info: counted })
  .meta({ id: "AlertCounts" });
export const note = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .nullable()
  .default(null)
  .meta({ description: "What you say to it; null: nothing." });
