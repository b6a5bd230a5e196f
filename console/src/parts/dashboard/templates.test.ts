import { expect, test } from "bun:test";
import { dashboards } from "../../text/en/dashboards.ts";
import type { ShownField } from "./data.ts";
import { compacted } from "./layout.ts";
import { contentOf, fits, TEMPLATES } from "./templates.ts";

const field = (id: string, type: ShownField["type"], unit: string | null = null): ShownField => ({
  ...{ id, name: id.toLowerCase(), type, unit, decimals: null },
});
const FIELDS = [
  field("TEMPERATURE", "NUMERIC", "°C"),
  field("HUMIDITY", "NUMERIC", "%"),
  field("ENERGY", "COUNTER", "kWh"),
  field("POWER", "NUMERIC", "W"),
  field("SPEED", "NUMERIC", "km/h"),
  field("DOOR", "BOOL"),
  field("NOTE", "STRING"),
  field("POSITION", "GEO"),
];
const titles = dashboards.templateTitles;

test.each(TEMPLATES.flatMap((template) => [null, "d1"].map((device) => [template, device] as const)))(
  "the template %s for the device %s names the device where it must, and nothing lies on anything",
  (template, device) => {
    const content = contentOf(template, { product: "p", device, fields: FIELDS, titles });
    const text = JSON.stringify(content);
    // on a product's dashboard nothing is named; elsewhere each source names its product
    const named = text.match(/"product":"p"/g)?.length ?? 0;
    const sources = text.match(/"field":|"devices":/g)?.length ?? 0;
    expect(named).toBe(device === null ? 0 : sources - (text.match(/"devices":[^}]*},"field":/g)?.length ?? 0));
    for (const { id, title } of content.widgets)
      expect([/^[a-z0-9-]{1,32}$/.test(id), (title ?? "").length <= 200]).toEqual([true, true]);
    expect(content.widgets.length).toBeLessThanOrEqual(60);
    expect(content.widgets.length > 0).toBe(template !== "empty");
    expect(compacted(content.widgets).map(({ place }) => place)).toEqual(content.widgets.map(({ place }) => place));
  },
);

test("templates are offered where the fields are for them, and make something of any", () => {
  expect(TEMPLATES.filter((one) => fits(one, FIELDS))).toEqual([...TEMPLATES]);
  expect(TEMPLATES.filter((one) => fits(one, [field("NOTE", "STRING")]))).toEqual(["empty", "overview"]);
  for (const template of TEMPLATES)
    expect(contentOf(template, { product: "p", device: null, fields: [], titles }).version).toBe(1);
});
