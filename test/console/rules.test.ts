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
    await page.getByRole("combobox", { name: "Fields" }).fill("temperature");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Field, line 1" }).fill("temperature");
    await page.getByRole("textbox", { name: "Value, line 1" }).fill("28");
    await page.getByRole("button", { name: "Try it over the last week" }).click();
    await page.getByText("It would have fired once in the last week").waitFor();
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

  test("a measurement opens an alert: heard at once, acknowledged, shown with its device and at home, closed", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/rules/new");
    await page.getByRole("textbox", { name: "Name" }).fill("Boiling");
    await page.getByRole("combobox", { name: "Fields" }).fill("TEMPERATURE");
    await page.getByRole("combobox", { name: "Field, line 1" }).fill("TEMPERATURE");
    await page.getByRole("textbox", { name: "Value, line 1" }).fill("90");
    await page.getByRole("switch", { name: "It opens an alert" }).click();
    await page.getByRole("combobox", { name: "Severity" }).selectOption("critical");
    await page.getByRole("textbox", { name: "Text" }).fill("{{ device.name }} boils at {{ value }}");
    await page.getByRole("button", { name: "Add action" }).click();
    await page.getByRole("textbox", { name: "Text" }).last().fill("Look at {{ device.name }}");
    await page.getByRole("button", { name: "Show what it would be" }).click();
    await page.getByRole("status").getByText("Look at First device").waitFor();
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByRole("heading", { name: "Boiling" }).waitFor();
    await record(95);
    const told = page.getByRole("status").filter({ hasText: "Look at" });
    await told.waitFor();
    await page
      .getByRole("link", { name: /Alerts/ })
      .getByText("1 open alert")
      .waitFor({ state: "attached" });
    await told.getByRole("button", { name: "Close" }).click();
    await visitor.goto("w/home/home");
    await page.getByRole("main").getByText("1 open alert").waitFor();
    await visitor.goto("w/home/alerts");
    const alert = page.getByRole("listitem").filter({ hasText: "boils at 95" });
    await alert.getByText("Critical").waitFor();
    expect(await axe(page)).toEqual([]);
    await alert.getByRole("button", { name: "Acknowledge" }).click();
    await alert.getByText("Acknowledged by").waitFor();
    await page.getByRole("link", { name: "Notifications" }).click();
    await page.getByRole("listitem").filter({ hasText: "Look at" }).waitFor();
    await visitor.goto("w/home/devices/my-product/000001");
    const own = page.getByRole("listitem").filter({ hasText: "boils at 95" });
    await own.getByRole("button", { name: "Close" }).click();
    await own.getByText("Closed by").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a rule that was stopped as a loop says so in the list and on its page, with what to do, until it is changed", async () => {
    const { page } = visitor;
    const fields = "/products/my-product/fields";
    for (const id of ["ROUND", "TRIP"]) await visitor.api("POST", fields, { id, type: "NUMERIC" });
    const { rule } = await visitor.api("POST", "/workspaces/home/rules", {
      name: "Round trip",
      trigger: { type: "measurement", fields: ["TRIP"] },
      actions: [{ type: "field", field: "ROUND", value: "{{ value }}" }],
    });
    // nobody could know that when the rule was saved
    await visitor.api("PATCH", `${fields}/TRIP`, { formula: "ROUND + 1" });
    await client.publishAsync("dtck-pub/my-product/000001/ROUND", "1", { qos: 1 });
    await visitor.goto("w/home/rules");
    const item = page.getByRole("listitem").filter({ hasText: "Round trip" });
    await item.getByText("Stopped as a loop").waitFor();
    await item.getByText("For all devices").waitFor();
    await item.getByText("narrow its condition").waitFor();
    await item.getByRole("link", { name: "Round trip" }).click();
    await page.getByRole("heading", { name: "Round trip" }).waitFor();
    await page.getByText("Stopped as a loop").waitFor();
    await page.getByRole("listitem").filter({ hasText: "Stopped: a loop" }).first().waitFor();
    expect(await axe(page)).toEqual([]);
    await visitor.api("PATCH", `/workspaces/home/rules/${rule}`, { actions: [] });
    await page.getByText("Stopped as a loop").waitFor({ state: "detached" });
    expect(visitor.sins).toEqual([]);
  });
});
