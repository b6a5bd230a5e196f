import { z } from "zod";
import { dashboardContent } from "../fleet/dashboard-content.ts";
import * as values from "./values.ts";

/** Values of dashboards and of the links that show them, for the API and the commands; the content is in src/fleet/dashboard-content.ts. */

const wish = {
  name: values.name,
  description: values.description,
  content: dashboardContent,
};
const allowMissing = z.boolean().default(false).meta({
  description:
    "true: what the content names and is not here (yet) is no reason to refuse; `missing` of the answer names it.",
});
/** A new one, as an export has it. */
export const created = z.strictObject({
  ...wish,
  description: values.description.default(null),
  product: values.slug
    .nullable()
    .default(null)
    .meta({ description: "A dashboard of a product is one layout for all its devices; null: it is of the workspace." }),
  allow_missing: allowMissing,
});
export const changed = z.strictObject({ ...z.strictObject(wish).partial().shape, allow_missing: allowMissing });
export type DashboardGiven = z.output<typeof created>;
export type DashboardChanges = z.output<typeof changed>;

/** A dashboard among others. */
export const listed = z
  .object({
    dashboard: z.int().meta({ description: "Its number." }),
    workspace: z.string(),
    product: z.string().nullable(),
    name: z.string(),
    description: z.string().nullable(),
    widgets: z.int().meta({ description: "How many it has." }),
    links: z.int().meta({ description: "How many links show it." }),
    created: values.time,
  })
  .meta({ id: "DashboardSummary", description: "A page of widgets, without them." });
export const shown = z
  .object({
    ...listed.shape,
    content: dashboardContent,
    hidden: z
      .int()
      .meta({ description: "Widgets that are left out, since who asks may see nothing of what they show." }),
    missing: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .meta({ description: "What the content names and is not there, or may not be seen." }),
  })
  .meta({ id: "Dashboard", description: "A page of widgets." });
/** What is exported, and imported again. */
export const exported = z
  .object({
    name: z.string(),
    description: z.string().nullable(),
    product: z.string().nullable(),
    content: dashboardContent,
  })
  .meta({ id: "DashboardExport", description: "A dashboard as a file, for `createDashboard` here or elsewhere." });

const DAY = 86_400;
/** How long a link may work, seconds. */
export const LONGEST_SHARE = 3660 * DAY;
export const SHORTEST_SHARE = 60;
const LEAST_PASSWORD = 6;
export const shareCreated = z.strictObject({
  name: values.name.nullable().default(null).meta({ description: "For whom it is, for people." }),
  device: values.deviceId.nullable().default(null).meta({
    description: "The device that it shows, of a product's dashboard; a dashboard of the workspace takes none.",
  }),
  expires_in: z
    .int()
    .min(SHORTEST_SHARE)
    .max(LONGEST_SHARE)
    .nullable()
    .default(30 * DAY)
    .meta({ description: "Seconds that it works; 30 days when absent, null: until it is revoked." }),
  password: z
    .string()
    .min(LEAST_PASSWORD, `should have at least ${LEAST_PASSWORD} characters`)
    .max(256)
    .nullable()
    .default(null)
    .meta({ description: "What is asked of who opens it; null: nothing." }),
});
export type ShareGiven = z.output<typeof shareCreated>;
/** A link as lists have it. */
export const share = z
  .object({
    share: z.int().meta({ description: "Its number." }),
    name: z.string().nullable(),
    device: z.string().nullable(),
    password: z.boolean().meta({ description: "Whether it asks for one." }),
    account: z.string().nullable().meta({ description: "Who shared: what that may not view is not shown." }),
    created: values.time,
    expires: values.time.nullable(),
    last_used: values.time.nullable(),
    state: z.enum(["active", "expired", "closed"]).meta({
      description: "closed: who shared may not share any more.",
    }),
  })
  .meta({ id: "DashboardShare", description: "A link that shows a dashboard to whoever has it." });
export const shareMade = share
  .extend({
    secret: z.string().meta({ description: "What opens it, shown this once." }),
    link: z.string().meta({ description: "The address to hand over, with the secret in it." }),
  })
  .meta({ id: "NewDashboardShare" });
