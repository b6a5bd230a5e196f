import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectAsync } from "mqtt";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { consoleServer, originOf, Visitor } from "./browser.ts";

/** The list of devices, as people use it. */
describe.skipIf(!have("chromium"))("the list of devices", () => {
  let server: TestServer;
  let visitor: Visitor;
  beforeAll(async () => {
    server = await consoleServer({ demo: 60 });
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
  });
  const names = () => visitor.page.locator('[role="row"] a').allTextContents();
  const firstAge = () => visitor.page.locator('[role="row"] time').first().textContent();

  test("heard last first; one click shows those that were silent longest", async () => {
    await visitor.goto("w/demo/devices");
    await visitor.page.getByText("60 devices").waitFor();
    expect(await firstAge()).toMatch(/ s$| min$/);
    const newest = await names();
    const first = visitor.page.locator('[role="row"]').nth(1);
    await first.getByText("online", { exact: true }).waitFor();
    await visitor.page.getByRole("button", { name: "Heard" }).click();
    await visitor.page.waitForURL("**/devices?sort=heard");
    expect(await firstAge()).toMatch(/ h$| d$/);
    expect((await names())[0]).not.toBe(newest[0]);
    // its state in a word, and old values say how old they are
    await first.getByText("away", { exact: true }).waitFor();
    expect(await first.locator('[data-fresh="stale"] time').first().textContent()).toMatch(/ h$| d$/);
    expect(visitor.sins).toEqual([]);
  });

  test("filters are in the address, and a link shows the same", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/devices");
    await page.getByRole("combobox", { name: "Product" }).selectOption("Cold storage");
    await page.waitForURL("**product=cold-storage**");
    await page.getByRole("columnheader", { name: "Compressor" }).waitFor();
    const shown = await names();
    expect(shown.length).toBeGreaterThan(3);
    const other = await Visitor.open(server);
    await other.signIn();
    await other.page.goto(page.url());
    await other.page.getByRole("columnheader", { name: "Compressor" }).waitFor();
    expect(await other.page.locator('[role="row"] a').allTextContents()).toEqual(shown);
    await other.close();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByText("60 devices").waitFor();
  });

  test("search finds a serial, and a topic that is pasted whole", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/devices");
    const answer = await visitor.context.request.get(`${originOf(server)}/api/v1/devices?workspace=demo&limit=1`);
    const [device] = (await answer.json()).items as { id: string; serial: string; name: string; product: string }[];
    if (device === undefined) throw new Error("there is no device");
    for (const text of [device.serial, `dtck/${device.product}/${device.id}/TEMPERATURE`]) {
      await page.getByRole("textbox", { name: /^Name, id/ }).fill(text);
      await page.getByText("1 device", { exact: true }).waitFor();
      expect(await names()).toEqual([device.name]);
    }
    await page.getByRole("textbox", { name: /^Name, id/ }).fill("no such thing");
    await page.getByText("No device fits these filters.").waitFor();
  });

  test("a value that comes live is shown without asking again, and the list stays where it was", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/devices?product=room-climate&sort=name");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("columnheader", { name: "Temperature" }).waitFor();
    const before = await names();
    const answer = await visitor.context.request.get(`${originOf(server)}/api/v1/devices?product=room-climate`);
    const devices = (await answer.json()).items as { id: string; name: string }[];
    const device = devices.find(({ name }) => name === before[0]);
    const made = /\b[0-9a-f]{40}\b/.exec((await server.cli("token", "create", "owner@localhost", "--name", "t")).out);
    const token = made?.[0] ?? "";
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username: token, password: token });
    await client.publishAsync(`dtck-pub/room-climate/${device?.id}/TEMPERATURE`, "77.7", { qos: 1 });
    await page.getByText("77.7").waitFor();
    expect(await names()).toEqual(before);
    await client.endAsync();
    expect(visitor.sins).toEqual([]);
  });

  test("columns, density, saved views and the theme are kept with the account: another browser has them", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/devices?tag=plant-1&sort=name");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Serial" }).click();
    await page.getByRole("columnheader", { name: "Serial" }).waitFor();
    await page.getByRole("switch", { name: "Compact rows" }).click({ force: true });
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Saved views" }).click();
    await page.getByRole("textbox", { name: "Name of the view" }).fill("Plant one");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("link", { name: "Plant one" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Your account" }).click();
    await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith("/preferences/theme") && answer.ok()),
      page.getByRole("menuitem", { name: "Dark" }).click(),
    ]);
    const other = await Visitor.open(server);
    await other.signIn();
    await other.goto("w/demo/devices");
    await other.page.getByRole("columnheader", { name: "Serial" }).waitFor();
    await other.page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    // what is changed here does not change the view, which brings its own back
    await other.page.getByRole("button", { name: "Columns" }).click();
    await other.page.getByRole("checkbox", { name: "Serial" }).click();
    await other.page.getByRole("columnheader", { name: "Serial" }).waitFor({ state: "detached" });
    await other.page.keyboard.press("Escape");
    await other.page.getByRole("button", { name: "Saved views" }).click();
    await other.page.getByRole("link", { name: "Plant one" }).click();
    await other.page.waitForURL("**tag=plant-1**");
    expect(new URL(other.page.url()).searchParams.get("sort")).toBe("name");
    await other.page.getByRole("columnheader", { name: "Serial" }).waitFor();
    await other.page.getByRole("button", { name: "Delete the view Plant one" }).click();
    await other.page.getByText("Views that you save stand here").waitFor();
    expect(other.sins).toEqual([]);
    await other.close();
    for (const [name, workspace] of [
      ["devices.columns", "demo"],
      ["devices.dense", null],
      ["theme", null],
    ] as const)
      await visitor.api("PUT", `/account/preferences/${name}`, { workspace, value: null });
    await page.evaluate("localStorage.clear()");
    expect(visitor.sins).toEqual([]);
  });

  test("tags are given to many at once, and devices deleted after their count is typed", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/devices?product=door-sensor");
    await page.getByRole("columnheader", { name: "Open", exact: true }).waitFor();
    const all = (await names()).length;
    await page.getByRole("checkbox", { name: "Choose all" }).check();
    await page.getByRole("button", { name: "Add a tag" }).click();
    await page.getByRole("combobox", { name: "Tag", exact: true }).last().fill("inspected");
    await page.getByRole("button", { name: "Apply" }).click();
    await page
      .locator('[role="row"] [title*="inspected"]')
      .nth(all - 1)
      .waitFor();
    await page.getByRole("button", { name: "Choose none" }).click();
    await page
      .getByRole("checkbox", { name: /^Choose door-sensor/ })
      .first()
      .check();
    await page
      .getByRole("checkbox", { name: /^Choose door-sensor/ })
      .nth(1)
      .check();
    await page.getByRole("button", { name: "Delete devices" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/measurements in \d+ series/).waitFor();
    expect(await dialog.getByRole("button", { name: "Delete devices" }).isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill("delete 2");
    await dialog.getByRole("button", { name: "Delete devices" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText(`${all - 2} devices`).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("CSV has what is shown", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/devices?product=tracker&sort=name");
    await page.getByRole("columnheader", { name: "Speed" }).waitFor();
    await page.locator('[role="cell"]').filter({ hasText: "km/h" }).first().waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save what is shown as a table" }).click(),
    ]);
    const text = await Bun.file(await file.path()).text();
    const lines = text.trimEnd().split("\r\n");
    expect(lines[0]).toBe("Name,Heard,Position,Speed,Battery,Tags");
    expect(lines.slice(1).map((line) => line.split(",", 1)[0])).toEqual(await names());
  });

  test("on a phone one comes back to the same card at the same place, far down the list", async () => {
    const phone = await Visitor.open(server, { width: 375, height: 812 });
    await phone.signIn();
    const { page } = phone;
    await phone.goto("w/demo/devices?view=cards");
    const cards = page.locator("main li");
    await cards.nth(5).waitFor();
    // one who reads on: more are drawn as one comes to the last
    await until("forty cards", async () => {
      await page.mouse.move(180, 400);
      await page.mouse.wheel(0, 3000);
      return (await cards.count()) >= 40;
    });
    const card = cards.nth(30);
    await card.scrollIntoViewIfNeeded();
    const name = await card.getByRole("link").textContent();
    const before = (await card.boundingBox())?.y ?? Number.NaN;
    await card.getByRole("link").click();
    await page.getByRole("heading", { name: name ?? "" }).waitFor();
    await page.goBack();
    const again = cards.filter({ has: page.getByRole("link", { name: name ?? "", exact: true }) });
    await until("the same place", async () => Math.abs(((await again.boundingBox())?.y ?? Number.NaN) - before) < 1);
    expect(phone.sins).toEqual([]);
    await phone.close();
  });
});
