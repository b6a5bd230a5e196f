import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectAsync, type MqttClient } from "mqtt";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { axe } from "./axe.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** What happens now, as people follow it. */
describe.skipIf(!have("chromium"))("live", () => {
  let server: TestServer;
  let visitor: Visitor;
  let client: MqttClient;
  let token: string;
  beforeAll(async () => {
    server = await consoleServer({ demo: 20 });
    const rights = ["--can", "view", "--product", "room-climate", "--workspace", "demo"];
    const made = await server.cli("api-user", "create", "meter", ...rights);
    token = /\b[0-9a-f]{40}\b/.exec(made.out)?.[0] ?? "";
    client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, {
      username: token,
      password: token,
      clientId: "meter-7",
      protocolVersion: 5,
    });
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await client.endAsync(true);
    await visitor.close();
    await server.remove();
  });
  const publish = (topic: string) =>
    client.publishAsync(`dtck-pub/room-climate/${topic}`, "21.5", { qos: 1 }).then(
      () => "taken",
      () => "refused",
    );

  test("a refusal shows up as it comes, says why, and its button mends it", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/live");
    await page.getByText("following", { exact: true }).waitFor();
    expect(await publish("ro-0003/TEMPERATURE")).toBe("refused");
    const line = page.getByRole("group").filter({ hasText: "ro-0003/TEMPERATURE" }).first();
    await line.click();
    await line.getByText("not_permitted").waitFor();
    expect(await axe(page)).toEqual([]);
    await line.getByRole("button", { name: /^Let meter.* record for/ }).click();
    await line.getByText(/may record for it now/).waitFor();
    expect(await publish("ro-0003/TEMPERATURE")).toBe("taken");
    expect(await publish("ro-0003/PRESSURE")).toBe("refused");
    // while something is unfolded nothing moves; a click shows what waits
    await page.getByRole("button", { name: /^\d new, / }).click();
    const other = page.getByRole("group").filter({ hasText: "ro-0003/PRESSURE" }).first();
    await other.click();
    await other.getByRole("button", { name: "Create field PRESSURE (NUMERIC)" }).click();
    await other.getByText("The field PRESSURE is there now.").first().waitFor();
    expect(await publish("ro-0003/PRESSURE")).toBe("taken");
    expect(visitor.sins).toEqual([]);
  });

  test("paused, it counts what waits, and shows it when it goes on", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/live");
    await page.getByText("following", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    expect(await publish("ro-0003/NOWHERE")).toBe("refused");
    await page.getByText("1 new").waitFor();
    expect(await page.getByText("ro-0003/NOWHERE").count()).toBe(0);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("ro-0003/NOWHERE").first().waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByText("Nothing was refused of late.").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a refusal leads to the broker's answer in two clicks: its account and topic are filled in", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/live?q=NOWHERE");
    const line = page.getByRole("group").filter({ hasText: "ro-0003/NOWHERE" }).first();
    await line.click();
    await line.getByRole("link", { name: "Ask the broker about it" }).click();
    await page.getByText(/^No: meter.* may not publish there/).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("the tree of topics: what one may read, level by level, live; one click publishes or subscribes there", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/live?tab=topics");
    const tree = page.getByRole("tree", { name: "Topics" });
    const item = (topic: string) => tree.locator(`[data-topic="${topic}"]`);
    await item("dtck").click();
    await tree.press("ArrowDown");
    const opened = async (name: string) => {
      await item(name).click();
      await tree.press("ArrowRight");
    };
    await opened("dtck/room-climate");
    await opened("dtck/room-climate/ro-0003");
    const field = item("dtck/room-climate/ro-0003/TEMPERATURE");
    await field.getByText("°C").waitFor();
    for (const value of ["24.7", "24.9"]) {
      await client.publishAsync("dtck-pub/room-climate/ro-0003/TEMPERATURE", value, { qos: 1 });
      await field.getByText(value).waitFor();
    }
    await field.getByText("/s").waitFor();
    await field.click();
    expect(await axe(page)).toEqual([]);
    const details = page.getByRole("region", { name: "The chosen topic" });
    await details.getByText("dtck-pub/room-climate/ro-0003/TEMPERATURE").waitFor();
    await details.getByRole("button", { name: "Publish on it" }).click();
    const topic = page.getByRole("combobox", { name: "Topic", exact: true });
    await topic.waitFor();
    expect(await topic.inputValue()).toBe("dtck-pub/room-climate/ro-0003/TEMPERATURE");
    // a search finds a topic that is pasted whole
    await visitor.goto(`w/demo/live?tab=topics&q=${encodeURIComponent("dtck/room-climate/ro-0003/TEMPERATURE")}`);
    await field.click();
    await details.getByRole("button", { name: "Subscribe to it" }).click();
    await page.getByText("QoS 0 · 0 messages").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("the browser is an MQTT client: it hears by several subscriptions, and shows what MQTT 5 says of a message", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/live?tab=mqtt");
    await page.getByText("connected", { exact: true }).waitFor();
    const filter = page.getByRole("combobox", { name: "Topic filter" });
    for (const one of ["dtck/room-climate/+/+", "home/#"]) {
      await filter.fill(one);
      await page.getByRole("button", { name: "Subscribe", exact: true }).click();
    }
    // one is not granted, and says why
    await page.getByRole("alert").filter({ hasText: "Free topics are off" }).waitFor();
    await page.getByText("QoS 0 · 0 messages").first().waitFor();
    expect(await publish("ro-0003/TEMPERATURE")).toBe("taken");
    const line = page.getByRole("listbox", { name: "Messages" }).getByRole("option");
    await line.filter({ hasText: "dtck/room-climate/ro-0003/TEMPERATURE" }).click();
    const details = page.getByRole("region", { name: "dtck/room-climate/ro-0003/TEMPERATURE" });
    await details.getByText("timestamp").waitFor();
    await details.getByText("unit").waitFor();
    await details.getByText("Hex", { exact: true }).click();
    await details.getByText("32 31 2e 35").waitFor();
    expect(await axe(page)).toEqual([]);
    // the address has it: a link subscribes to the same, and leaving the tab for a moment loses nothing
    await page.getByRole("link", { name: "Refusals" }).click();
    await page.getByRole("link", { name: "Publish and subscribe" }).click();
    expect(await line.count()).toBe(1);
    await page.reload();
    await page.getByText("dtck/room-climate/+/+").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a publish is checked before it is sent; what is refused says why, and is mended in place", async () => {
    const { page } = visitor;
    const listener = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, {
      username: token,
      password: token,
      protocolVersion: 5,
    });
    await listener.subscribeAsync("dtck/room-climate/+/+", { qos: 1 });
    const heard = new Promise<string>((resolve) => listener.once("message", (_, payload) => resolve(String(payload))));
    await visitor.goto("w/demo/live?tab=mqtt");
    await page.getByText("connected", { exact: true }).waitFor();
    const topic = page.getByRole("combobox", { name: "Topic", exact: true });
    const payload = page.getByRole("textbox", { name: "Payload", exact: true });
    const send = page.getByRole("button", { name: "Publish", exact: true });
    // completed with what there is
    await topic.fill("dtck-pub/room-climate/ro-0003/TEMP");
    await page.getByRole("option", { name: "dtck-pub/room-climate/ro-0003/TEMPERATURE" }).click();
    await page.getByText("You may publish there.").waitFor();
    await page.getByText("Temperature: NUMERIC, °C").waitFor();
    await payload.fill("warm");
    await page.getByText("This field takes a number").waitFor();
    await send.click();
    await page.getByText('"warm" is not a number').waitFor();
    await page.getByText("invalid_value").waitFor();
    await payload.fill("23.5");
    await send.click();
    await page.getByText("Accepted by the server, and durable.").waitFor();
    expect(await heard).toBe("23.5");
    await topic.fill("dtck-pub/room-climate/ro-0003/AIR");
    await payload.fill("1");
    await page.getByRole("combobox", { name: "QoS" }).last().selectOption("0");
    await send.click();
    await page.getByRole("button", { name: "Create field AIR (NUMERIC)" }).click();
    await page.getByText("The field AIR is there now.").waitFor();
    await listener.endAsync(true);
    expect(visitor.sins).toEqual([]);
  });

  test("connections: whose, since when, what it subscribes to; disconnected by a button", async () => {
    const { page } = visitor;
    await client.subscribeAsync("dtck/room-climate/+/+", { qos: 1 });
    await visitor.goto("w/demo/live?tab=connections");
    await page.getByRole("button", { name: "meter-7" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("dtck/room-climate/+/+").waitFor();
    await page.waitForURL("**session=**");
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole("checkbox", { name: "Payloads" }).check();
    await dialog.getByRole("button", { name: "Start the trace" }).click();
    const packets = dialog.getByRole("list", { name: "Packets" });
    await packets.getByText("ON", { exact: true }).waitFor();
    expect(await publish("ro-0003/TEMPERATURE")).toBe("taken");
    expect(await publish("ro-0003/NONE")).toBe("refused");
    await packets.getByText("dtck-pub/room-climate/ro-0003/TEMPERATURE · QoS 1").waitFor();
    await packets.getByText("0x90 Topic Name invalid").waitFor();
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole("textbox", { name: "Packet, topic or reason" }).fill("invalid");
    expect(await packets.getByRole("listitem").count()).toBe(1);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Save as text" }).click(),
    ]);
    const saved = await Bun.file(await file.path()).text();
    expect([file.suggestedFilename(), saved.includes("→ PUBLISH"), saved.includes(token)]).toEqual([
      "trace-meter-7.txt",
      true,
      false,
    ]);
    await dialog.getByRole("button", { name: "Stop" }).click();
    const closed = new Promise<void>((done) => client.once("close", () => done()));
    await dialog.getByRole("button", { name: "Disconnect" }).click();
    await closed;
    expect(visitor.sins).toEqual([]);
  });
});
