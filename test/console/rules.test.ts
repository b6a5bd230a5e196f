import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type JsClient, mqttJs } from "../run/clients.ts";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { axe } from "./axe.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** Rules and formulas: made in forms, and seen to work. */
describe.skipIf(!have("chromium"))("rules and formulas", () => {
  let server: TestServer;
  let visitor: Visitor;
  let client: JsClient["client"];
  let end: JsClient["end"];
  beforeAll(async () => {
    server = await consoleServer();
    visitor = await Visitor.open(server);
    await visitor.signIn();
    const token = /^ {2}([0-9a-f]{40})$/m.exec(server.log())?.[1] ?? "";
    ({ client, end } = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, token));
  });
  afterAll(async () => {
    await end();
    await visitor.close();
    await server.remove();
  });
  const ask = async (path: string) => (await visitor.context.request.get(`${visitor.origin}/api/v1${path}`)).json();
  /** Publishes as a device would. */
  const record = (value: number) =>
    client.publishAsync("dtck-pub/my-product/000001/TEMPERATURE", String(value), { qos: 1 });

  test("a formula is tried over what is recorded, refused where it is wrong, and marked when it is saved", async () => {
    const { page } = visitor;
    await record(25);
    await visitor.goto("w/home/products/my-product");
    await page.getByRole("button", { name: "Add field" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("Fahrenheit");
    await dialog.getByRole("switch", { name: "Computed from other fields" }).click();
    await dialog.getByRole("textbox", { name: "Formula" }).fill("TEMPERATURE * 1,8 + 32");
    await dialog.getByRole("button", { name: "Try it" }).click();
    await dialog.getByText("Decimals have a point").first().waitFor();
    await dialog.getByRole("textbox", { name: "Formula" }).fill("TEMPERATURE * 1.8 + 32");
    await dialog.getByRole("button", { name: "Try it" }).click();
    await dialog.getByText("1 computed. Nothing was stored.").waitFor();
    await dialog.getByRole("cell", { name: "77", exact: true }).waitFor();
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Add field" }).click();
    await page.getByRole("row").filter({ hasText: "FAHRENHEIT" }).getByText("computed").waitFor();
    expect(await ask("/products/my-product/fields/FAHRENHEIT")).toMatchObject({ formula: "TEMPERATURE * 1.8 + 32" });
    await visitor.goto("w/home/devices/my-product/000001");
    await record(30);
    await page.getByText("86", { exact: true }).first().waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a rule is made, fires by a measurement, is snoozed, changed and deleted", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/rules");
    await page.getByRole("link", { name: "Create rule" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Too warm");
    await page.getByRole("textbox", { name: "Fields" }).fill("temperature");
    await page.getByRole("textbox", { name: "Field, line 1" }).fill("temperature");
    await page.getByRole("textbox", { name: "Value, line 1" }).fill("35");
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByRole("heading", { name: "Too warm" }).waitFor();
    await page.getByText("TEMPERATURE > 35").waitFor();
    await record(40);
    const line = page.getByRole("listitem").filter({ hasText: "Fired" });
    await line.getByText("TEMPERATURE 40").waitFor();
    await line.getByRole("link", { name: "000001" }).waitFor();
    await page.getByRole("link", { name: "Devices", exact: true }).last().click();
    await page.getByRole("listitem").filter({ hasText: "000001" }).getByText("Holds").waitFor();
    await page.getByRole("button", { name: "Snooze for an hour" }).click();
    await page.getByText("Does nothing until").waitFor();
    await page.getByRole("button", { name: "End snoozing" }).click();
    await page.getByRole("link", { name: "Settings" }).last().click();
    await page.getByRole("textbox", { name: "Value, line 1" }).fill("50");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("TEMPERATURE > 50").waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole("button", { name: "Delete rule" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("Too warm");
    await dialog.getByRole("button", { name: "Delete rule" }).click();
    await page.getByText("A rule tells you when something is wrong").waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
