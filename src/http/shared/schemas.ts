import { z } from "zod";
import * as values from "../../admin/values.ts";
import { dashboardContent } from "../../fleet/dashboard-content.ts";
import { value } from "../api/values.ts";
import { historyRequest } from "../history/query-request.ts";

/** What is sent and answered by a link that shows a dashboard. */

export const open = z.strictObject({
  secret: z.string().max(128),
  password: z.string().max(1024).nullable().optional(),
});
export const opened = z
  .object({
    key: z.string().meta({ description: "What the other requests bear, as long as the link works." }),
    name: z.string(),
    expires: values.time.nullable(),
  })
  .meta({ id: "OpenedDashboard" });
export const shown = z
  .object({
    name: z.string(),
    description: z.string().nullable(),
    product: z.string().nullable().meta({ description: "Of a product's dashboard." }),
    device: z.string().nullable().meta({ description: "The device that is looked at, of a product's dashboard." }),
    expires: values.time.nullable(),
    content: dashboardContent,
    products: z.array(
      z.object({
        product: z.string(),
        name: z.string(),
        online_timeout: z.int().nullable(),
        fields: z.array(
          z.object({
            field: z.string(),
            name: z.string(),
            type: values.fieldType,
            unit: z.string().nullable(),
            decimals: z.int().nullable(),
          }),
        ),
      }),
    ),
    devices: z.array(
      z.object({
        product: z.string(),
        device: z.string(),
        name: z.string(),
        tags: z.array(z.string()),
        last_heard: values.time.nullable().meta({ description: "null: never, or no widget tells it." }),
        online_timeout: z.int().nullable(),
        values: z.array(z.object({ field: z.string(), value: value.nullable(), time: values.time.nullable() })),
      }),
    ),
    more: z.boolean().meta({ description: "Whether the dashboard shows more devices than these." }),
  })
  .meta({ id: "SharedDashboard", description: "A dashboard as a link shows it, with all current values on it." });

const listText = z.string().max(20_000);
const { products: _, devices: __, fields: ___, ...rest } = historyRequest.shape;
export const history = z.strictObject({ products: listText, devices: listText.optional(), fields: listText, ...rest });
