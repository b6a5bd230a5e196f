import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** Dashboards: made of a template, changed, looked at on a phone, shared by a link, and carried elsewhere as a file. */

interface Widget {
  readonly id: string;
  readonly place: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
interface Content {
  readonly widgets: readonly Widget[];
  readonly phone: readonly { readonly id: string }[] | null;
}

describe.skipIf(!have("chromium"))("dashboards", () => {
  let server: TestServer;
  let visitor: Visitor;
  beforeAll(async () => {
    server = await consoleServer();
    visitor = await Visitor.open(server);
    await visitor.signIn();
    await record(19.5);
  });
  afterAll(async () => {
    await visitor?.close();
    await server?.remove();
  });
  const DEVICE = "/products/my-product/devices/000001";
  const record = (value: number) =>
    visitor.api("POST", `${DEVICE}/measurements`, [
      { field: "TEMPERATURE", value },
      { field: "POSITION", value: { lat: 53.55, lng: 9.99 } },
    ]);
  const PATH = "/workspaces/home/dashboards/1";
  const content = async () => (await visitor.api("GET", PATH)).content as Content;
  const placeOf = async (id: string) => (await content()).widgets.find((one) => one.id === id)?.place;

  test("one is made of a template, a widget is dragged, resized and moved by keys, and what was saved is there again", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/dashboards");
    await page.getByRole("button", { name: "Create dashboard" }).first().click();
    await page.getByLabel("Name").fill("Plant");
    await page.getByLabel("For", { exact: true }).selectOption("my-product");
    await page.getByText("Overview", { exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Create dashboard" }).click();
    await page.getByText("19.5").first().waitFor();
    expect(await placeOf("value")).toEqual({ x: 0, y: 0, w: 3, h: 3 });

    await page.getByRole("button", { name: "Edit" }).click();
    const item = page.locator('[data-widget="value"]');
    const box = await item.boundingBox();
    if (box === null) throw new Error("the widget is not drawn");
    await page.mouse.move(box.x + 60, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 60 + box.width * 3.1, box.y + 44, { steps: 8 });
    await page.mouse.up();
    await page.getByText("Not saved yet").waitFor();
    await item.getByRole("group").press("Shift+ArrowDown");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Edit" }).waitFor();
    expect(await placeOf("value")).toEqual({ x: 9, y: 0, w: 3, h: 4 });

    await page.reload();
    await page.getByText("19.5").first().waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await item.getByRole("group").press("ArrowLeft");
    await item.getByRole("group").press("Delete");
    await item.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await item.waitFor();
    await page.keyboard.press("Control+z");
    expect(await page.getByText("Not saved yet").count()).toBe(0);
    await page.getByRole("button", { name: "Back" }).click();
  });

  test("a widget is added with a preview and set up beside it", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/dashboards/1?edit=true");
    await page.getByRole("button", { name: "Map", exact: true }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByLabel("Title").fill("Where it is");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Gauge" }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByLabel("To", { exact: true }).fill("40");
    await page.getByRole("button", { name: "Save" }).click();
    await page
      .getByLabel("Map of devices")
      .getByRole("button", { name: /First device/ })
      .waitFor();
    expect(await content()).toMatchObject({
      widgets: expect.arrayContaining([
        expect.objectContaining({ type: "map", title: "Where it is", field: "POSITION" }),
        expect.objectContaining({ type: "gauge", min: 0, max: 40 }),
      ]),
    });
  });

  test("values change live; on a phone widgets stand below each other, in an order of their own", async () => {
    const phone = await Visitor.open(server, { width: 375, height: 812 });
    await phone.signIn();
    await phone.goto("w/home/dashboards/1");
    await phone.page.getByText("19.5").first().waitFor();
    await phone.page.getByText("live", { exact: true }).waitFor();
    await record(20.5);
    await phone.page.getByText("20.5").first().waitFor();
    const lefts = "[...document.querySelectorAll('#page article')].map((one) => one.getBoundingClientRect().left)";
    expect(new Set((await phone.page.evaluate(lefts)) as number[])).toEqual(new Set([12]));
    await phone.page.getByRole("button", { name: "Edit" }).click();
    await phone.page.getByRole("button", { name: "Where it is: Further up" }).click();
    await phone.page.getByRole("button", { name: "Save" }).click();
    await phone.page.getByRole("button", { name: "Edit" }).waitFor();
    const { widgets, phone: order } = await content();
    expect([order?.length, order?.at(-1)?.id]).toEqual([widgets.length, "gauge"]);
    expect(phone.sins).toEqual([]);
    await phone.close();
  });

  test("a link with a password and an end shows it to who is not signed in, live, until it is revoked", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/dashboards/1");
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByLabel("For whom").fill("The hall");
    await page.getByLabel("Works").selectOption("day");
    await page.getByLabel("Password", { exact: true }).fill("seven bottles");
    await page.getByRole("button", { name: "Make a link" }).click();
    await page.getByRole("img", { name: "QR code of the link" }).waitFor();
    const link = (await page.getByText(/\/console\/shared#[0-9a-f]{64}/).textContent()) ?? "";
    const guest = await Visitor.open(server);
    await guest.page.goto(link);
    await guest.page.getByLabel("Password", { exact: true }).fill("not these bottles");
    await guest.page.getByRole("button", { name: "Open" }).click();
    await guest.page.getByText("This is not the password of the link.").waitFor();
    await guest.page.getByLabel("Password", { exact: true }).fill("seven bottles");
    await guest.page.getByRole("button", { name: "Open" }).click();
    await guest.page.getByText("20.5").first().waitFor();
    expect(await guest.page.getByRole("button", { name: "Edit" }).count()).toBe(0);
    await record(21.5);
    await guest.page.getByText("21.5").first().waitFor();
    await guest.page.reload();
    await guest.page.getByText("21.5").first().waitFor();
    // nothing else is asked, by cookie or by key
    const asked = await guest.context.request.get(`${guest.origin}/api/v1${DEVICE}/values`);
    expect(asked.status()).toBe(401);
    await page.getByRole("button", { name: "Revoke" }).click();
    const sure = page.getByRole("dialog", { name: "Revoke the link" });
    await sure.getByRole("textbox").fill("The hall");
    await sure.getByRole("button", { name: "Revoke" }).click();
    await guest.page.getByText("This link opens nothing").waitFor();
    expect(guest.sins).toEqual([]);
    await guest.close();
  });

  test("an exported file is imported; what it names and is not here is said, and can be left for later", async () => {
    const { page } = visitor;
    const file = (await visitor.api("GET", `${PATH}/export`)) as { content: object };
    const odd = JSON.stringify(file).replace('"field":"POSITION"', '"field":"PLACE"');
    await visitor.goto("w/home/dashboards");
    await page.getByRole("button", { name: "Import" }).click();
    const dialog = page.getByRole("dialog");
    const give = (text: string) =>
      dialog
        .locator("input[type=file]")
        .setInputFiles({ name: "a.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await give("no json");
    await dialog.getByText("This is no file of a dashboard.").waitFor();
    await give(odd);
    await dialog.getByLabel("Name").fill("Plant 2");
    await dialog.getByRole("button", { name: "Import" }).click();
    await dialog.getByText('the field "PLACE" of my-product is not there').first().waitFor();
    await dialog.getByRole("button", { name: "Import it all the same" }).click();
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("heading", { name: "Plant 2" }).waitFor();
    const other = await visitor.api("GET", "/workspaces/home/dashboards/2/export");
    expect(other.content).toEqual(JSON.parse(odd).content);
    expect(visitor.sins).toEqual([]);
  });

  test("a switch, a slider and a value are written where one may; where not they are off beforehand, with the reason", async () => {
    const { page } = visitor;
    await visitor.api("POST", "/products/my-product/fields", { id: "PUMP", type: "BOOL", name: "Pump" });
    await visitor.api("POST", "/products/my-product/fields", { id: "LEVEL", type: "NUMERIC", name: "Level" });
    const source = (field: string) => ({ product: "my-product", device: "000001", field });
    const place = (x: number) => ({ x, y: 0, w: 3, h: 3 });
    const picture =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const widgets = [
      { id: "pump", type: "switch", title: "Pump", place: place(0), source: source("PUMP") },
      {
        id: "level",
        type: "slider",
        title: "Level",
        place: place(3),
        source: source("LEVEL"),
        min: 0,
        max: 100,
        step: 10,
      },
      { id: "note", type: "set_value", title: "Wish", place: place(6), source: source("LEVEL") },
      { id: "plan", type: "image", place: place(9), image: picture, alt: "The plan" },
    ];
    const made = await visitor.api("POST", "/workspaces/home/dashboards", {
      name: "Desk",
      content: { version: 1, widgets },
    });
    const address = `w/home/dashboards/${made.dashboard}`;
    await visitor.goto(address);
    const value = async (field: string) => {
      const { values } = await visitor.api("GET", `${DEVICE}/values`);
      return (values as { field: string; value: unknown }[]).find((one) => one.field === field)?.value;
    };
    await page.getByRole("img", { name: "The plan" }).waitFor();
    await page.getByRole("switch", { name: "Pump" }).click({ force: true });
    await until("the pump is on", async () => (await value("PUMP")) === true);
    await page.getByRole("slider", { name: "Level" }).press("ArrowRight");
    await until("the level is 10", async () => (await value("LEVEL")) === 10);
    await page.getByRole("textbox", { name: "Wish" }).fill("35");
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await until("the level is 35", async () => (await value("LEVEL")) === 35);

    const { link } = await visitor.api("POST", "/workspaces/home/invitations", {
      email: "eve@x.example",
      role: "observer",
    });
    const eve = await Visitor.open(server);
    await eve.page.goto(String(link));
    await eve.page.getByLabel("Password", { exact: true }).fill("nine red bottles");
    await eve.page.getByRole("button", { name: "Join" }).click();
    await eve.page.waitForURL("**/w/home/**");
    await eve.goto(address);
    await eve.page.locator('[title*="record_measurements"]').first().waitFor();
    for (const one of [eve.page.getByRole("switch"), eve.page.getByRole("button", { name: "Set", exact: true })])
      expect(await one.isDisabled()).toBe(true);
    await eve.goto("w/home/devices/my-product/000001");
    await eve.page.locator('button[title*="record_measurements"]:disabled').waitFor();
    expect([...visitor.sins, ...eve.sins]).toEqual([]);
    await eve.close();
  });

  test("full screen there is nothing but the widgets, and Escape leaves", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/dashboards/1");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Full screen" }).click();
    await page.getByRole("button", { name: "Leave full screen" }).waitFor();
    expect(await page.locator("#root").getAttribute("inert")).toBe("");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Edit" }).waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
