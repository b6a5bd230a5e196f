import { describe, expect, test } from "bun:test";
import { refusalOf } from "../base/refusal.testing.ts";
import { Directory } from "./directory.ts";
import { dashboardContent } from "./dashboard-content.ts";
import { typedBy } from "./file-dashboards.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";

function make() {
  const [store, directory] = [new MemoryFleet(), new Directory()];
  const random = (size: number) => new Uint8Array(size).fill(7);
  const service = new FleetService({ store, directory, micros: () => 1000, random });
  const apply = async (text: string) =>
    (await service.applyFile(text)).lines
      .map(({ sign, text }) => `${sign} ${text}`)
      .filter((line) => line.includes("dashboard") || line.startsWith("="));
  return { store, directory, apply };
}
const file = (dashboard: string) => `
workspaces:
  - slug: w
    products:
      - { slug: p, devices: [{ id: d1 }], fields: [{ id: T, type: NUMERIC }], downlinks: [{ name: reset, port: 2, hex: "01" }] }
    dashboards:
      - ${dashboard}
`;
const at = "place: { x: 0, y: 0, w: 3, h: 2 }";
const one = (widget: string, more = "") =>
  `{ name: a, ${more}content: { version: 1, widgets: [{ id: a, ${at}, ${widget} }] } }`;
const OF_PRODUCT = "product: p, ";

describe("what a fleet file says of dashboards", () => {
  test("numbers and flags are what the schema asks for, texts stay texts; applied again, nothing changes", async () => {
    const { apply, directory } = make();
    const text = file(
      one(
        `type: value, title: "12", sparkline: true, decimals: 1, steps: [{ from: -1.5, level: warn }], source: { field: t }`,
        OF_PRODUCT,
      ),
    );
    expect(await apply(text)).toEqual(["+ dashboard w/a"]);
    expect(directory.all("dashboard")).toMatchObject([
      {
        workspace: 1,
        product: 1,
        created: 1000,
        content: {
          range: "24h",
          phone: null,
          widgets: [
            {
              ...{ title: "12", sparkline: true, decimals: 1, steps: [{ from: -1.5, level: "warn" }] },
              ...{ source: { field: "T" }, place: { x: 0, y: 0, w: 3, h: 2 } },
            },
          ],
        },
      },
    ]);
    expect(await apply(text)).toEqual(["= everything is already as the file says"]);
    expect(await apply(text.replace("decimals: 1", "decimals: 2"))).toEqual([
      '~ dashboard w/a: content "before" → "that of the file"',
    ]);
    expect((await apply(text.replace("name: a, product", 'name: a, description: "x", product'))).join()).toContain(
      "description",
    );
  });
  test("JSON as it was exported is YAML", async () => {
    const { apply, directory } = make();
    const content = {
      version: 1,
      range: "7d",
      widgets: [
        {
          ...{ id: "m", type: "table", place: { x: 0, y: 1, w: 12, h: 8 } },
          ...{ devices: { product: "p", devices: ["d1"] }, fields: ["T"] },
        },
      ],
      phone: [{ id: "m", h: 4, hidden: false }],
    };
    await apply(file(`{ name: a, content: ${JSON.stringify(content)} }`));
    expect(JSON.parse(JSON.stringify(directory.all("dashboard")[0]?.content))).toEqual(content);
  });
  test.each([
    [one("type: lamp, source: { field: T }"), "workspaces[0].dashboards[0].content.widgets[0].type: "],
    [one("type: value"), "dashboards[0].content.widgets[0].source: is missing"],
    [
      one("type: value, source: { field: T }"),
      "source.product: is missing: a dashboard of a workspace names the product",
    ],
    [one("type: value, source: { field: X }", OF_PRODUCT), 'widgets[0].source: the field "X" of p is not there'],
    [one("type: value, source: { product: p, device: d9, field: T }"), 'the device "d9" of p is not there'],
    [one("type: value, source: { product: q, device: d9, field: T }"), 'the product "q" is not there'],
    [one("type: downlink, downlink: start", OF_PRODUCT), 'the downlink "start" of p is not there'],
    [one("type: gauge, min: 5, max: 5, source: { field: T }", OF_PRODUCT), "should be more than min"],
    [one("type: gauge, min: five, max: 5, source: { field: T }", OF_PRODUCT), "min: should be a number"],
    [one('type: image, image: "https://example.com/a.png"'), "data:image/png;base64"],
    [one("type: image, image: 'data:text/html;base64,AAAA'"), "data:image/png;base64"],
    [one("type: text, markdown: x, script: y"), 'unknown key "script"'],
    ["{ name: a, product: q, content: { version: 1, widgets: [] } }", 'no product with the slug "q"'],
    ["{ name: a, content: { version: 2, widgets: [] } }", "content.version"],
    ["{ name: a, content: { version: 1, widgets: [], phone: [{ id: z }] } }", "there is no widget with this id"],
  ])("%s is refused: %s", async (dashboard, message) => {
    const { apply, store } = make();
    expect((await refusalOf(apply(file(dashboard)))).message).toContain(message);
    expect(store.commits).toBe(0);
  });
  test("a downlink and fields of the same file are there", async () => {
    const { apply } = make();
    expect(await apply(file(one("type: downlink, downlink: reset", OF_PRODUCT)))).toEqual(["+ dashboard w/a"]);
  });
});

test("hostile values of a file are neither mended for ever nor taken", () => {
  const deep = { version: "1", widgets: Array.from({ length: 100 }, () => ({ place: { x: "y" } })) };
  expect(dashboardContent.safeParse(typedBy(dashboardContent, deep)).success).toBe(false);
  expect(typedBy(dashboardContent, "null")).toBe(null);
  expect(typedBy(dashboardContent, { version: "1", widgets: [], phone: "null" })).toEqual({
    version: 1,
    widgets: [],
    phone: null,
  });
});
