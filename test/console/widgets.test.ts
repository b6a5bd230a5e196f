import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { axe } from "./axe.ts";
import { addPerson, consoleServer, Visitor } from "./browser.ts";

/** Widgets that other tests of dashboards do not have, each with what it must show; and dashboards that two people change. */
describe.skipIf(!have("chromium"))("widgets", () => {
  let server: TestServer;
  let visitor: Visitor;
  const heard: string[] = [];
  const answer = { status: 200 };
  const endpoint = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      heard.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
      return new Response("", { status: answer.status });
    },
  });
  const DAY = 86_400_000;
  const DEVICE = "/products/my-product/devices/000001";
  const record = (rows: readonly object[]) => visitor.api("POST", `${DEVICE}/measurements`, rows as object[]);
  beforeAll(async () => {
    server = await consoleServer({ flags: ["--allow-outgoing", "127.0.0.1/32"] });
    visitor = await Visitor.open(server);
    await visitor.signIn();
    const server_ = `http://127.0.0.1:${endpoint.port}`;
    await visitor.api("POST", "/workspaces/home/networks", { name: "office", type: "http", server: server_ });
    await visitor.api("PATCH", "/products/my-product", { network: "office" });
    for (const [id, type] of [
      ["RAIN", "NUMERIC"],
      ["FLOW", "NUMERIC"],
      ["VALVE", "BOOL"],
    ])
      await visitor.api("POST", "/products/my-product/fields", { id, type, name: `${id} here`, unit: "mm" });
    await visitor.api("POST", "/products/my-product/downlinks", {
      name: "rinse",
      encoder: 'function Encoder() { return { method: "POST", url: "/rinse", body: { litres: 3 } }; }',
    });
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
    await endpoint.stop(true);
  });
  const source = (field: string) => ({ product: "my-product", device: "000001", field });
  const place = (n: number, w = 4) => ({ x: (n % 3) * 4, y: Math.floor(n / 3) * 6, w, h: 6 });
  const make = async (name: string, widgets: readonly object[], more: object = {}) => {
    const content = { version: 1, widgets };
    const { dashboard } = await visitor.api("POST", "/workspaces/home/dashboards", { name, content, ...more });
    return Number(dashboard);
  };

  test("bars: of each day what was asked for, in the browser's zone; without a bucket the current values, live", async () => {
    const { page } = visitor;
    const noon = Math.floor(Date.now() / DAY) * DAY - 4 * DAY + DAY / 2;
    const at = (days: number) => noon + days * DAY;
    const rain = [2, 3, 10, 0.5];
    const rows = [0, 0, 1, 2].map((days, n) => ({ field: "RAIN", value: rain[n], timestamp: at(days) + n * 1000 }));
    await record(rows);
    await record([{ field: "FLOW", value: -40 }, ...[true].map((value) => ({ field: "VALVE", value }))]);
    const number = await make("Bars", [
      {
        ...{ id: "days", type: "bar", title: "Rain a day", place: place(0), sources: [source("RAIN")] },
        ...{ bucket: "1d", aggregation: "SUM", range: "7d" },
      },
      {
        ...{ id: "now", type: "bar", title: "Now", place: place(1) },
        sources: [source("RAIN"), { ...source("FLOW"), label: "Through" }],
      },
      { id: "gone", type: "bar", title: "Gone", place: place(2), sources: [source("RAIN")], bucket: "1h", range: "1h" },
    ]);
    await visitor.goto(`w/home/dashboards/${number}`);
    const days = page.getByRole("article").filter({ hasText: "Rain a day" });
    const bars = days.locator("rect title");
    await bars.first().waitFor({ state: "attached" });
    const told = (await bars.allTextContents()).map((text) => text.replace(/^.*: /, ""));
    expect(told).toEqual(["5 mm", "10 mm", "0.5 mm"]);
    const heights = await days
      .locator("rect")
      .evaluateAll((all) => all.map((one) => Number(one.getAttribute("height"))));
    expect(heights.map((one) => Math.round(one))).toEqual([80, 160, 8]);
    const now = page.getByRole("article").filter({ hasText: "Now" });
    await now.getByText("Through").waitFor();
    await now.getByText("0.5 mm").waitFor();
    await now.getByText(/[-−]40/).waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    await record([{ field: "FLOW", value: 55 }]);
    await now.getByText("55").waitFor();
    await page.getByRole("article").filter({ hasText: "Gone" }).locator("p").first().waitFor();
    expect(await axe(page)).toEqual([]);
    expect(visitor.sins).toEqual([]);
  });

  test("a custom bar is set up in the editor: bucket and aggregation", async () => {
    const { page } = visitor;
    const number = await make("Own bars", []);
    await visitor.goto(`w/home/dashboards/${number}?edit=true`);
    await page.getByRole("button", { name: "Bars", exact: true }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("combobox", { name: "A bar for each" }).selectOption("1w");
    await page.getByRole("combobox", { name: "Of the measurements" }).selectOption("MAX");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Edit" }).waitFor();
    const { content } = await visitor.api("GET", `/workspaces/home/dashboards/${number}`);
    expect(content).toMatchObject({ widgets: [{ type: "bar", bucket: "1w", aggregation: "MAX" }] });
    expect(visitor.sins).toEqual([]);
  });

  test("a downlink is sent by its button, and what was refused stays there with its reason", async () => {
    const { page } = visitor;
    const widget = { type: "downlink", downlink: "rinse", product: "my-product", device: "000001" };
    const number = await make(
      "Buttons",
      [
        { id: "rinse", title: "Rinse", text: "Rinse now", place: place(0), ...widget },
        { id: "gone", title: "Gone", ...widget, downlink: "never", place: place(1) },
      ],
      { allow_missing: true },
    );
    await visitor.goto(`w/home/dashboards/${number}`);
    const rinse = page.getByRole("article").filter({ hasText: "Rinse" });
    await rinse.getByRole("button", { name: "Rinse now" }).click();
    await rinse.getByRole("status").waitFor();
    await until("the endpoint hears it", () => heard.length === 1);
    expect(heard[0]).toBe('POST /rinse {"litres":3}');
    const gone = page.getByRole("article").filter({ hasText: "Gone" });
    await gone.getByRole("button", { name: "never" }).click();
    await gone.getByRole("alert").waitFor();
    expect(await gone.getByRole("status").count()).toBe(0);
    expect(await axe(page)).toEqual([]);
    // who may not record sends nothing, and is told beforehand; a link has no such button
    await addPerson(server, "eve@example.com", "observer", "home");
    const eve = await Visitor.open(server);
    await eve.signIn("eve@example.com");
    await eve.goto(`w/home/dashboards/${number}`);
    const button = eve.page.getByRole("button", { name: "Rinse now" });
    await button.waitFor();
    await until("it is off", () => button.isDisabled());
    expect(await button.getAttribute("title")).toContain("record_measurements");
    expect([...visitor.sins, ...eve.sins, heard.length]).toEqual([1]);
    await eve.close();
  });

  test("a word for each state, text without HTML, a table, who is online, a chart: each shows what there is", async () => {
    const { page } = visitor;
    await record([{ field: "VALVE", value: true }]);
    const devices = { product: "my-product" };
    const number = await make("Rest", [
      {
        ...{ id: "valve", type: "boolean", title: "Valve", place: place(0), source: source("VALVE") },
        ...{ yes: "open", no: "shut", yes_level: "warn" },
      },
      {
        id: "note",
        type: "text",
        place: place(1),
        markdown: "# Rules\n\n**Never** <b>open</b> [x](javascript:alert(1))",
      },
      { id: "table", type: "table", title: "All", place: place(2), devices, fields: ["RAIN", "VALVE"] },
      { id: "online", type: "online", title: "There", place: place(3), devices },
      { id: "lines", type: "chart", title: "Lines", place: place(4), sources: [source("RAIN")], range: "7d" },
    ]);
    await visitor.goto(`w/home/dashboards/${number}`);
    const card = (text: string) => page.getByRole("article").filter({ hasText: text });
    await card("Valve").first().getByText("open", { exact: true }).waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    await record([{ field: "VALVE", value: false }]);
    await page.getByText("shut", { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Rules" }).waitFor();
    const note = card("Never");
    expect([await note.locator("strong").count(), await note.locator("b").count()]).toEqual([1, 0]);
    expect(await note.locator('a[href^="javascript"]').count()).toBe(0);
    const row = card("All").getByRole("row").filter({ hasText: "First device" });
    await row.getByText("0.5").waitFor();
    await card("There").getByRole("link", { name: "First device" }).waitFor();
    await card("Lines").locator("canvas").first().waitFor();
    expect(await axe(page)).toEqual([]);
    expect(visitor.sins).toEqual([]);
  });

  test("two change one dashboard: the second is told, keeps what was made, and chooses", async () => {
    const { page } = visitor;
    const text = (id: string, n: number) => ({ id, type: "text", title: id, place: place(n), markdown: id });
    const number = await make("Shared", [text("one", 0), text("two", 1)]);
    const path = `/workspaces/home/dashboards/${number}`;
    const ids = async () =>
      ((await visitor.api("GET", path)).content as { widgets: { id: string }[] }).widgets.map(({ id }) => id);
    const theirs = (widgets: readonly object[]) => visitor.api("PATCH", path, { content: { version: 1, widgets } });
    await visitor.goto(`w/home/dashboards/${number}?edit=true`);
    const item = (id: string) => page.locator(`[data-widget="${id}"]`);
    await item("one").getByRole("group").press("Delete");
    await item("one").waitFor({ state: "detached" });
    await theirs([text("one", 0), text("two", 1), text("three", 2)]);
    // that the page hears of it meanwhile undoes nothing
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const alert = page.getByRole("alert").filter({ hasText: /changed/ });
    await alert.getByRole("button", { name: "Keep mine, and save over it" }).click();
    await alert.getByText("Save once more").waitFor();
    expect(await item("one").count()).toBe(0);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Edit" }).waitFor();
    expect(await ids()).toEqual(["two"]);
    // the other way: what they made is taken over
    await page.getByRole("button", { name: "Edit" }).click();
    await item("two").getByRole("group").press("Delete");
    await theirs([text("two", 0), text("four", 1)]);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await alert.getByRole("button", { name: "Show what is there now" }).click();
    await item("four").waitFor();
    await item("two").waitFor();
    expect(await ids()).toEqual(["two", "four"]);
    // untouched, it follows by itself
    expect(await page.getByText("Not saved yet").count()).toBe(0);
    expect(visitor.sins).toEqual([]);
  });

  test("the session ends while one changes a dashboard: after signing in again nothing is lost", async () => {
    const { page } = visitor;
    const number = await make("Long evening", [
      { id: "one", type: "text", title: "one", place: place(0), markdown: "one" },
    ]);
    await visitor.goto(`w/home/dashboards/${number}?edit=true`);
    const item = page.locator('[data-widget="one"]');
    await item.getByRole("group").press("Shift+ArrowDown");
    await page.getByText("Not saved yet").waitFor();
    await visitor.context.clearCookies();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Password", { exact: true }).fill("seven green bottles");
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Not saved yet").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Edit" }).waitFor();
    const { content } = await visitor.api("GET", `/workspaces/home/dashboards/${number}`);
    expect(content).toMatchObject({ widgets: [{ place: { h: 7 } }] });
    expect(visitor.sins).toEqual([]);
  });
});
