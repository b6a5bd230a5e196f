import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Locator } from "playwright-core";
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
    const made = await server.cli("api-user", "create", "bridge", "--can", "view", "--can", "record_measurements");
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

  /** What a form says below a field. */
  const saysOf = async (field: Locator, what: RegExp) => {
    await field.and(visitor.page.locator("[aria-invalid=true]")).waitFor();
    const ids = ((await field.getAttribute("aria-describedby")) ?? "").split(" ").filter((id) => id !== "");
    const texts = await Promise.all(ids.map((id) => visitor.page.locator(`[id="${id}"]`).textContent()));
    expect(texts.join(" ")).toMatch(what);
  };
  const numberOf = async (name: string) => {
    const { items } = await visitor.api("GET", "/workspaces/home/brokers");
    return (items as { name: string; broker: number }[]).find((one) => one.name === name)?.broker;
  };

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

  test("a route is edited, and the remote hears it so; what is refused is said at its field; so are the broker's own settings", async () => {
    const { page } = visitor;
    const address = `/workspaces/home/brokers/${await numberOf("plant")}`;
    const { routes } = await visitor.api("GET", address);
    const [comes] = routes as object[];
    const out = { direction: "out", filter: "dtck/#", topic: "old/{{ field }}", payload: "json", qos: 2, retain: true };
    await visitor.api("PATCH", address, { routes: [comes, out] });
    await page.getByRole("link", { name: "plant" }).click();
    await page.getByRole("button", { name: /^Edit zigbee2mqtt/ }).click();
    const dialog = page.getByRole("dialog", { name: "Edit route" });
    // the maps are asked for when the form opens
    await until("its map", async () => {
      return (await dialog.getByRole("combobox", { name: "Read as" }).inputValue()) === "zigbee2mqtt";
    });
    expect(await dialog.getByRole("textbox", { name: "Topic filter" }).inputValue()).toBe("zigbee2mqtt/#");
    // somebody else removes it meanwhile: what stands here takes the place of no other one
    await visitor.api("PATCH", address, { routes: [out] });
    await dialog.getByText("Others changed or removed this route meanwhile").waitFor();
    await dialog.getByRole("button", { name: "Add route" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Edit dtck/ }).click();
    const topic = dialog.getByRole("textbox", { name: "Topic there" });
    expect(await topic.inputValue()).toBe("old/{{ field }}");
    expect(await dialog.getByRole("combobox", { name: "QoS" }).inputValue()).toBe("2");
    await topic.fill("plant/#");
    await dialog.getByRole("button", { name: "Save" }).click();
    await saysOf(topic, /a template of a topic without \+ and #/);
    await topic.fill("new/{{ device.id }}/{{ field }}");
    await dialog.getByText("Advanced").click();
    const expiry = dialog.getByRole("textbox", { name: "Expiry (seconds)" });
    await expiry.fill("0");
    await dialog.getByRole("button", { name: "Save" }).click();
    await saysOf(expiry, /at least 1/);
    expect(await axe(page)).toEqual([]);
    await expiry.fill("600");
    await dialog.getByRole("textbox", { name: "Max. age (seconds)" }).fill("300");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("dtck/# → new/").first().waitFor();
    const edited = { ...out, topic: "new/{{ device.id }}/{{ field }}", expiry: 600, max_age: 300, template: null };
    expect((await visitor.api("GET", address)).routes).toEqual([edited, comes]);

    await page.getByText("Address, login, TLS and keep alive").click();
    await page.getByText("Advanced").click();
    const alive = page.getByRole("textbox", { name: "Keep alive (seconds)" });
    await alive.fill("4");
    await page.getByRole("button", { name: "Save" }).click();
    await saysOf(alive, /at least 5/);
    await alive.fill("30");
    await page.getByRole("textbox", { name: "Hops" }).fill("2");
    // somebody else gives it another name meanwhile: both hold
    await visitor.api("PATCH", address, { name: "plant 2" });
    await page.getByRole("heading", { name: "plant 2" }).waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    const whole = { name: "plant 2", keep_alive: 30, hops: 2, session_expiry: 604_800, routes: [edited, comes] };
    await until("it is saved", async () => (await visitor.api("GET", address)).hops === 2);
    expect(await visitor.api("GET", address)).toMatchObject(whole);

    const heard = new Map<string, number | undefined>();
    there.client.on("message", (on, _, { properties }) => heard.set(on, properties?.messageExpiryInterval));
    await there.client.subscribeAsync("#", { qos: 1 });
    await until("the remote hears it", async () => {
      await there.client.publishAsync("zigbee2mqtt/000001", '{"temperature": 22.5}', { qos: 1 });
      return heard.has("new/000001/TEMPERATURE");
    });
    const left = heard.get("new/000001/TEMPERATURE") ?? 0;
    expect(left > 0 && left <= 600).toBe(true);
    expect([...heard.keys()].filter((on) => on.startsWith("old/"))).toEqual([]);
    expect(visitor.sins).toEqual([]);
  });

  test("it is paused, and deleted", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/brokers");
    await page.getByRole("link", { name: "plant 2" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("header").getByText("paused", { exact: true }).waitFor();
    const routes = async () =>
      (await visitor.api("GET", `/workspaces/home/brokers/${await numberOf("plant 2")}`)).routes as object[];
    const before = await routes();
    await page.getByRole("button", { name: "Remove zigbee2mqtt/#" }).click();
    await page.getByRole("button", { name: "Remove zigbee2mqtt/#" }).waitFor({ state: "detached" });
    expect(await routes()).toHaveLength(before.length - 1);
    // it comes back where it was, with all that it said
    await page.getByRole("status").filter({ hasText: "Removed: zigbee2mqtt/#" }).getByRole("button").click();
    await page.getByRole("button", { name: "Remove zigbee2mqtt/#" }).waitFor();
    expect(await routes()).toEqual(before);
    await page.getByRole("button", { name: "Remove zigbee2mqtt/#" }).click();
    await page.getByRole("button", { name: "Remove zigbee2mqtt/#" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Remove dtck/ }).click();
    await page.getByText("Nothing is carried yet").waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("plant 2");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("A broker elsewhere is coupled here").waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
