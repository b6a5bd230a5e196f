import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Remote } from "../bridges/remote.ts";
import { mqttJs, type JsClient } from "../run/clients.ts";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { axe } from "./axe.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** External brokers: set up, tested, given routes, and deleted, with a real Mosquitto at the other end. */
describe.skipIf(!have("chromium") || !have("mosquitto"))("external brokers", () => {
  let server: TestServer;
  let visitor: Visitor;
  let remote: Remote;
  let there: JsClient;
  beforeAll(async () => {
    [server, remote] = await Promise.all([
      consoleServer({ flags: ["--free-topics", "--allow-outgoing", "127.0.0.0/8"] }),
      new Remote().start(),
    ]);
    const made = await server.cli("api-user", "create", "bridge", "--can", "record_measurements");
    if (made.code !== 0) throw new Error(made.err);
    visitor = await Visitor.open(server);
    await visitor.signIn();
    there = await mqttJs(remote.url, "x");
  }, 60_000);
  afterAll(async () => {
    await there?.end();
    await visitor?.close();
    await remote?.remove();
    await server?.remove();
  });

  test("one is set up and connects; a test of it says each step; what is wrong with an address is said there", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/brokers");
    await page.getByText("A broker elsewhere is coupled here").waitFor();
    await page.getByRole("button", { name: "Add broker" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("plant");
    await dialog.getByRole("textbox", { name: "Addresses" }).fill("http://example.com");
    await dialog.getByRole("button", { name: "Add broker" }).click();
    await dialog
      .getByText(/an address like mqtts/)
      .first()
      .waitFor();
    await dialog.getByRole("textbox", { name: "Addresses" }).fill(remote.url);
    await dialog.getByRole("button", { name: "Add broker" }).click();
    await page.waitForURL("**/brokers/*");
    await page.locator("header").getByText("connected", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Test now" }).click();
    const steps = page.getByRole("status").filter({ hasText: remote.url });
    await steps.getByText("Login").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a route is tried while it is typed, added, and brings what the broker says; what is unknown can be created", async () => {
    const { page } = visitor;
    await page.getByRole("button", { name: "Add route" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Read as" }).selectOption("zigbee2mqtt");
    await dialog.getByText("suggested").first().waitFor();
    await dialog.getByRole("textbox", { name: "Payload" }).fill('{"temperature": 21.5}');
    await dialog.getByRole("textbox", { name: "Topic", exact: true }).fill("zigbee2mqtt/000001");
    await dialog.getByText("stored", { exact: true }).waitFor();
    await dialog.getByRole("textbox", { name: "Payload" }).fill("no JSON");
    await dialog.getByText(/no JSON object/).waitFor();
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Add route" }).click();
    await page.getByText("by zigbee2mqtt").waitFor();
    await page.locator("header").getByText("connected", { exact: true }).waitFor();
    const say = (topic: string, payload: unknown) =>
      there.client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
    await until("it came", async () => {
      await say("zigbee2mqtt/000001", { temperature: 21.5 });
      const values = await visitor.api("GET", "/products/my-product/devices/000001/values");
      return JSON.stringify(values).includes("21.5");
    });
    await say("zigbee2mqtt/new lamp", { temperature: 4 });
    expect(await axe(page)).toEqual([]);
    await visitor.goto("w/home/brokers");
    await page.getByText("From plant, read as zigbee2mqtt:").waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole("button", { name: "Create new-lamp" }).click();
    await page.getByText("Devices that nobody knows").waitFor({ state: "detached" });
    expect(visitor.sins).toEqual([]);
  });

  test("it is paused, and deleted", async () => {
    const { page } = visitor;
    await page.getByRole("link", { name: "plant" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("header").getByText("paused", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Remove zigbee2mqtt/#" }).click();
    await page.getByText("Nothing is carried yet").waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("plant");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("A broker elsewhere is coupled here").waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
