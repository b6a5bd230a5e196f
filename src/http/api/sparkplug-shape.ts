import { z } from "zod";
import { sparkplugSettings } from "../../admin/sparkplug.ts";

/** What is shown of hosts of Sparkplug B and of their nodes. */

const { account: _, products: __, ...settings } = sparkplugSettings;
export const shown = z
  .object({
    ...settings,
    workspace: z.string(),
    account: z.string().nullable().meta({ description: "Null: it is gone." }),
    products: z.array(z.object({ nodes: z.string(), product: z.string().nullable() })),
    status: z.object({
      state: z.enum(["online", "off"]),
      reason: z.string().nullable().meta({ description: "Why it is off." }),
      nodes: z.int().meta({ description: "Edge nodes that were heard." }),
      alive: z.int().meta({ description: "Those of them that are online." }),
    }),
  })
  .meta({ id: "SparkplugHost", description: "The workspace as a host application of Sparkplug B." });
const time = z.string().nullable();
export const part = z
  .object({
    node: z.string().meta({ description: "`group/node` of an edge node, `group/node/device` of a device at one." }),
    online: z.boolean(),
    since: time.meta({ description: "Since when that is so." }),
    born: time.meta({ description: "Its last birth." }),
    metrics: z.int().meta({ description: "Metrics that its last birth announced." }),
    product: z.string().nullable(),
    device: z.string().nullable().meta({ description: "Id of its device here; null: it has none." }),
    serial: z.string().meta({ description: "The serial by which its device is found or made." }),
    gaps: z
      .int()
      .nullable()
      .meta({ description: "Of a node: how often messages were missing, since the server started." }),
    rebirths: z.int().nullable().meta({ description: "Of a node: how often it was asked for its births." }),
    last_asked: z.string().nullable().meta({ description: "Why it was asked the last time." }),
  })
  .meta({ id: "SparkplugNode" });
