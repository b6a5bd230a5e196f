import { z } from "zod";
import { fieldIdOf, isDeviceId, isName, isSlug, isTag, RULE } from "./rules.ts";

/**
 * What stands on a dashboard: its widgets with what they show and where. One value that is checked whole, stored as JSON, and exported and
 * imported as it is. Devices and fields are named as people name them, so that it means the same on another instance.
 */

const ruled = (is: (text: string) => boolean, rule: string) => z.string().refine(is, `allowed is ${rule}`);
/** As it is stored: in upper case. */
const fieldId = z
  .string()
  .overwrite((text) => fieldIdOf(text) ?? text)
  .refine((text) => fieldIdOf(text) !== null, `allowed is ${RULE.fieldId}`);
const slug = ruled(isSlug, RULE.slug);
const deviceId = ruled(isDeviceId, RULE.deviceId);
const ID_RULE = "1 to 32 lower-case letters, digits or -";
const id = ruled((text) => /^[a-z0-9-]{1,32}$/.test(text), ID_RULE);
const title = ruled(isName, RULE.name);
const words = ruled(isName, RULE.name);

/** Columns of the grid, and how far down it goes. */
const COLUMNS = 12;
const MOST_ROWS = 1000;
const MOST_WIDGETS = 60;
/** Characters of a dashboard as JSON, and of an image in it. */
const MOST_CONTENT = 600_000;
const MOST_IMAGE = 280_000;
/** How far back a widget looks. */
const RANGES = ["1h", "6h", "24h", "7d", "30d", "1y"] as const;
const range = z.enum(RANGES);

const place = z
  .strictObject({
    x: z
      .int()
      .min(0)
      .max(COLUMNS - 1),
    y: z.int().min(0).max(MOST_ROWS),
    w: z.int().min(1).max(COLUMNS),
    h: z.int().min(1).max(40),
  })
  .refine(({ x, w }) => x + w <= COLUMNS, `x and w together are at most ${COLUMNS}`);
/** A series. On a dashboard of a product, `product` and `device` may be left out: it is then the device that one looks at. */
const source = z.strictObject({
  product: slug.optional(),
  device: deviceId.optional(),
  field: fieldId,
  label: words.optional(),
});
/** Devices of a product: those named, those with a tag, or all. On a dashboard of a product it is that one when none is named. */
const devices = z.strictObject({
  product: slug.optional(),
  devices: z.array(deviceId).max(200).optional(),
  tag: ruled(isTag, RULE.tag).optional(),
});
const level = z.enum(["ok", "warn", "bad"]);
/** From a value on it means something. */
const steps = z.array(z.strictObject({ from: z.number(), level })).max(8);
const common = { id, title: title.optional(), place };
const sources = z.array(source).min(1).max(8);
/** The same picture in another form of file would be a way to show anything; so it is one of these. */
const IMAGE = /^data:image\/(?:png|jpeg|webp|gif|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;
const image = ruled(
  (text) => text.length <= MOST_IMAGE && IMAGE.test(text),
  `data:image/png;base64, and the like (png, jpeg, webp, gif, svg+xml), at most ${MOST_IMAGE} characters`,
);
const device = { product: slug.optional(), device: deviceId.optional() };

const widget = z.discriminatedUnion("type", [
  z.strictObject({
    ...common,
    ...{ type: z.literal("value"), source, decimals: z.int().min(0).max(15).optional() },
    ...{ sparkline: z.boolean().optional(), range: range.optional(), steps: steps.optional() },
  }),
  z.strictObject({
    ...common,
    type: z.literal("gauge"),
    source,
    min: z.number(),
    max: z.number(),
    steps: steps.optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal("chart"),
    sources,
    range: range.optional(),
    area: z.boolean().optional(),
  }),
  z.strictObject({
    ...common,
    ...{ type: z.literal("bar"), sources, range: range.optional() },
    bucket: z.enum(["1h", "1d", "1w", "1mo"]).optional(),
    aggregation: z.enum(["AVG", "MIN", "MAX", "SUM", "CHANGE"]).optional(),
  }),
  z.strictObject({
    ...common,
    ...{ type: z.literal("boolean"), source, yes: words.optional(), no: words.optional() },
    ...{ yes_level: level.optional(), no_level: level.optional() },
  }),
  z.strictObject({ ...common, type: z.literal("text"), markdown: z.string().max(20_000) }),
  z.strictObject({ ...common, type: z.literal("table"), devices, fields: z.array(fieldId).min(1).max(12) }),
  z.strictObject({ ...common, type: z.literal("map"), devices, field: fieldId, label: fieldId.optional() }),
  z.strictObject({ ...common, type: z.literal("image"), image, alt: words.optional() }),
  z.strictObject({ ...common, type: z.literal("online"), devices }),
  z.strictObject({ ...common, type: z.literal("switch"), source, yes: words.optional(), no: words.optional() }),
  z.strictObject({
    ...common,
    ...{ type: z.literal("slider"), source, min: z.number(), max: z.number() },
    step: z.number().positive().optional(),
  }),
  z.strictObject({ ...common, type: z.literal("set_value"), source }),
  z.strictObject({ ...common, type: z.literal("downlink"), ...device, downlink: slug, text: words.optional() }),
]);
export type DashboardWidget = z.output<typeof widget>;

/** The order on phones, one below the other; null: as the desktop has them, from the top left to the bottom right. */
const phone = z.array(z.strictObject({ id, h: z.int().min(1).max(40).optional(), hidden: z.boolean().optional() }));

/** A dashboard's content, as it is stored, exported and imported. */
export const dashboardContent = z
  .strictObject({
    version: z.literal(1),
    range: range.default("24h").meta({ description: "How far back its widgets look that have no range of their own." }),
    widgets: z.array(widget).max(MOST_WIDGETS, `at most ${MOST_WIDGETS} widgets`),
    phone: phone.max(MOST_WIDGETS).nullable().default(null),
  })
  .superRefine(({ widgets, phone }, ctx) => {
    const wrong = (path: (string | number)[], message: string) => ctx.addIssue({ code: "custom", path, message });
    const ids = new Set<string>();
    for (const [i, one] of widgets.entries()) {
      if (ids.has(one.id)) wrong(["widgets", i, "id"], "another widget has this id");
      ids.add(one.id);
      if ((one.type === "gauge" || one.type === "slider") && one.min >= one.max)
        wrong(["widgets", i, "max"], "should be more than min");
    }
    const placed = new Set<string>();
    for (const [i, one] of (phone ?? []).entries()) {
      if (!ids.has(one.id)) wrong(["phone", i, "id"], "there is no widget with this id");
      if (placed.has(one.id)) wrong(["phone", i, "id"], "this widget stands in the list already");
      placed.add(one.id);
    }
    if (JSON.stringify(widgets).length > MOST_CONTENT)
      wrong(["widgets"], `together at most ${MOST_CONTENT} characters as JSON`);
  });
export type DashboardContent = z.output<typeof dashboardContent>;
