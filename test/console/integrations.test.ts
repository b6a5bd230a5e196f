import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import { mqttJs } from "../run/clients.ts";
import { until } from "../run/until.ts";
import type { TestServer } from "../run/server.ts";
import { axe } from "./axe.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** Webhooks and networks: made, tested, paused, deleted. */
describe.skipIf(!have("chromium"))("integrations", () => {
  let server: TestServer;
  let visitor: Visitor;
  const heard: string[] = [];
  const answer = { status: 200 };
  const endpoint = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      heard.push(await request.text());
      return new Response("ok", { status: answer.status });
    },
  });
  beforeAll(async () => {
    server = await consoleServer({ flags: ["--allow-outgoing", "127.0.0.1/32", "--free-topics"] });
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
    await endpoint.stop(true);
  });

  const record = (field: string, value: unknown) =>
    visitor.api("POST", "/products/my-product/devices/000001/measurements", [{ field, value }]);

  test("a webhook is made with a template that is seen filled as one types; its secret is shown once", async () => {
    const { page } = visitor;
    await record("TEMPERATURE", 21.5);
    await visitor.goto("w/home/integrations");
    await page.getByText("A webhook sends what happens here").waitFor();
    await page.getByRole("link", { name: "Create webhook" }).click();
    // a real event, before anything is typed
    await page.getByText("of the newest measurement that it would tell of").waitFor();
    await page.getByText(/"value":21\.5/).waitFor();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("ERP");
    await page.getByRole("textbox", { name: "Address" }).fill(`http://127.0.0.1:${endpoint.port}/in`);
    await page.getByRole("combobox", { name: "Form" }).selectOption("template");
    await page.getByRole("textbox", { name: "Template" }).fill('{"is": {{ value | nothing }}}');
    await page.getByRole("alert").filter({ hasText: "nothing" }).waitFor();
    await page.getByRole("textbox", { name: "Template" }).fill('{"is": {{ value | plus: 1 }} }');
    await page.getByText('{"is": 22.5 }').last().waitFor();
    await page.getByRole("combobox", { name: "Products" }).click();
    await page.getByRole("option", { name: "My product" }).click();
    await page.getByRole("button", { name: "Add header" }).click();
    await page.getByRole("textbox", { name: "Name of header 1" }).fill("X-Key");
    await page.getByRole("textbox", { name: "Value of header 1" }).fill("very-secret");
    await page.getByText("x-key: very-secret").waitFor();
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole("link", { name: "To the webhook" }).click();
    await page.waitForURL("**/webhooks/1");
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText(/accepted with 200 after/).waitFor();
    expect(heard.at(-1)).toBe('{"is": 22.5 }');
    expect(await page.content()).not.toContain("whsec_");
    expect(await page.content()).not.toContain("very-secret");
    expect(visitor.sins).toEqual([]);
  });

  test("what it said stands in the calls with its body; a test that fails says so in words", async () => {
    const { page } = visitor;
    answer.status = 500;
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByRole("status").filter({ hasText: "500" }).waitFor();
    await page.getByText("its answer says why", { exact: false }).waitFor();
    answer.status = 200;
    await page.getByRole("listitem").filter({ hasText: "500" }).locator("summary").first().click();
    await page.getByText('{"is": 22.5 }').filter({ visible: true }).first().waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("settings are changed, and a header that was not touched keeps its value", async () => {
    const { page } = visitor;
    await page.getByRole("link", { name: "Settings" }).click();
    await page.waitForURL("**tab=settings");
    // a field without a unit cannot fill it
    await page.getByRole("textbox", { name: "Template" }).fill("{{ unit }}");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Save" }).and(page.locator(":not([data-loading])")).waitFor();
    const { template, headers } = await visitor.api("GET", "/workspaces/home/webhooks/1");
    expect([template, headers]).toEqual(["{{ unit }}", { "X-Key": null }]);
    expect(visitor.sins).toEqual([]);
  });

  test("what was given up is listed with its reason, sent again, and discarded", async () => {
    const { page } = visitor;
    await record("DOOR", true);
    await page.getByRole("link", { name: "Given up (1)" }).click();
    const letters = page.getByRole("region", { name: "Given up" });
    await letters.getByText(/The template cannot be filled/).click();
    await letters.getByRole("button", { name: "Send again", exact: true }).click();
    await page.getByText("1 request goes out again", { exact: false }).waitFor();
    // it was never written: nothing empty is sent in its place, and the log says so
    const calls = async () => JSON.stringify(await visitor.api("GET", "/workspaces/home/webhooks/1/calls"));
    await until("the log says why", async () => (await calls()).includes("cannot be sent again"));
    expect(await visitor.api("GET", "/workspaces/home/webhooks/1")).toMatchObject({ dead_letters: 1 });
    await record("DOOR", false);
    await letters.getByRole("button", { name: "Discard all" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("ERP");
    await dialog.getByRole("button", { name: "Discard" }).click();
    await page.getByText("Requests that were given up stand here").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("its secret is rotated with a grace period; it is paused and goes on; 410 switches it off, and the page says why", async () => {
    const { page } = visitor;
    await page.getByRole("button", { name: "Rotate the secret" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox").selectOption("3600");
    await dialog.getByRole("button", { name: "Rotate the secret" }).click();
    await dialog.getByText(/^whsec_/).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Somebody paused it.").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("active", { exact: true }).waitFor();
    answer.status = 410;
    await record("TEMPERATURE", 23);
    await page.getByText("off", { exact: true }).waitFor();
    await page.getByRole("status").filter({ hasText: "410" }).waitFor();
    answer.status = 200;
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByText("active", { exact: true }).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a link of before leads to the webhook; it is deleted once its name is typed", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/integrations?webhook=1");
    await page.waitForURL("**/integrations/webhooks/1");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Delete webhook" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("ERP");
    await dialog.getByRole("button", { name: "Delete webhook" }).click();
    await page.getByText("A webhook sends what happens here").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("an address that may not be reached is refused where it was typed", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/integrations/webhooks/new");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("bad");
    await page.getByRole("textbox", { name: "Address" }).fill("ftp://example.com");
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByRole("alert").first().waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a network is added, changed with its key kept, used by a product, and deleted", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/integrations");
    await page.getByRole("button", { name: "Add network" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("ttn");
    await dialog.getByRole("textbox", { name: /^Server/ }).fill("https://eu1.cloud.thethings.network");
    await dialog.getByRole("textbox", { name: /^Application/ }).fill("house");
    await dialog.getByRole("textbox", { name: /^Webhook id there/ }).fill("fieldcast");
    await dialog.getByLabel(/^Key/).first().fill("NNSXS.secret");
    await dialog.getByRole("button", { name: "Add network" }).click();
    await page.getByText("No product uses it.").waitFor();
    await page.getByText("has a key").waitFor();
    expect(await page.content()).not.toContain("NNSXS.secret");
    await page.getByRole("link", { name: "ttn" }).click();
    await page.getByText("There is one, which is never shown", { exact: false }).waitFor();
    // the key stays while the rest changes, and goes when it is taken away
    await page.getByRole("textbox", { name: /^Server/ }).fill("https://nam1.cloud.thethings.network");
    await page.getByRole("button", { name: "Save" }).click();
    await until("it is saved", async () => {
      const { server: at, has_key } = await visitor.api("GET", "/workspaces/home/networks/ttn");
      return at === "https://nam1.cloud.thethings.network" && has_key === true;
    });
    await page.getByRole("checkbox", { name: "Take the key away" }).check();
    await page.getByRole("button", { name: "Save" }).click();
    await until(
      "the key is gone",
      async () => (await visitor.api("GET", "/workspaces/home/networks/ttn")).has_key === false,
    );
    await page.getByRole("combobox", { name: "Use it in another product" }).click();
    await page.getByRole("option", { name: "My product" }).click();
    await page.getByRole("button", { name: "Use it", exact: true }).click();
    await page.getByRole("link", { name: "my-product" }).waitFor();
    await page.getByRole("button", { name: "Delete network" }).click();
    await dialog.getByRole("textbox").fill("ttn");
    await dialog.getByRole("button", { name: "Delete network" }).click();
    await dialog.getByRole("alert").filter({ hasText: "is used by my-product" }).waitFor();
    await visitor.api("PATCH", "/products/my-product", { network: null });
    await dialog.getByRole("button", { name: "Delete network" }).click();
    await page.getByText("A network takes downlinks to devices").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a host of Sparkplug B shows its edge nodes, and asks them for their births", async () => {
    const { page } = visitor;
    const edge = "e1".repeat(20);
    const free = '{ free_topics: ["spBv1.0/#"], can: [publish, subscribe] }';
    await server.apply(`workspaces: [{ slug: home, api_users: [
      { name: edge, token: ${edge}, rights: [${free}, { devices: all, can: [record_measurements] }] }] }]`);
    await visitor.goto("w/home/integrations");
    await page.getByText("Taken by no product").waitFor();
    await page.getByRole("button", { name: "Make this workspace a host" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Acts as" }).selectOption("edge");
    await dialog.getByRole("textbox", { name: "Nodes" }).fill("plant-1/#/x");
    await dialog.getByRole("combobox", { name: "Become devices of" }).selectOption("my-product");
    await dialog.getByRole("button", { name: "Save" }).click();
    // a filter that is none is refused where it stands
    await dialog.getByRole("textbox", { name: "Nodes", description: /./ }).waitFor();
    await dialog.getByRole("textbox", { name: "Nodes" }).fill("plant-1/#");
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("0 of 0 edge nodes are online.").waitFor();
    const js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, edge);
    const asked: string[] = [];
    js.client.on("message", (topic) => asked.push(topic));
    await js.client.subscribeAsync("spBv1.0/plant-1/NCMD/gateway");
    const birth = Buffer.from("EgsKBWJkU2VxIAhYABgA", "base64"); // bdSeq 0, seq 0
    await js.client.publishAsync("spBv1.0/plant-1/NBIRTH/gateway", birth, { qos: 1 });
    await page.getByText("1 of 1 edge nodes are online.").waitFor();
    await page.getByText("plant-1/gateway").waitFor();
    await page.getByRole("button", { name: "Ask plant-1/gateway for its births" }).click();
    await until("the node was asked", () => asked.length === 1);
    await page.getByText("asked for births 1.").waitFor();
    await js.end();
    // switched off, its node is away, and is forgotten; the host goes once its name is typed
    await page.getByRole("button", { name: "Change it" }).click();
    await dialog.getByRole("switch", { name: "Switched on" }).click({ force: true });
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Delete the host" }).click();
    await dialog.getByRole("textbox").fill("fieldcast");
    await dialog.getByRole("button", { name: "Delete the host" }).click();
    await page.getByRole("button", { name: "Make this workspace a host" }).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a network is tested with an uplink that one changes: what would become of it, and then really", async () => {
    const { page } = visitor;
    await server.apply(`workspaces: [{ slug: home, networks: [{ name: lns, type: loriot, server: "https://eu1.loriot.io", application: "1", key: k }],
      products: [{ slug: lora, network: lns, decoder: "function decodeUplink(input) { return { data: { temperature: input.bytes[0], door: 5 } }; }",
        fields: [{ id: TEMPERATURE, type: NUMERIC }, { id: DOOR, type: GEO }],
        devices: [{ id: l1, serial: 70b3d57ed00aaa07 }] }] }]`);
    await visitor.goto("w/home/integrations/networks/lns");
    await page.getByRole("button", { name: "Make a sample" }).click();
    const body = page.getByRole("textbox", { name: "What the network sends" });
    await body.waitFor();
    const sample = await body.inputValue();
    expect(sample).toContain("70B3D57ED00AAA07");
    await body.fill(sample.replace('"00d2"', '"2a"'));
    await page.getByRole("button", { name: "Try", exact: true }).click();
    const answer = page.getByRole("status").filter({ hasText: "lora/l1" });
    await answer.getByText("TEMPERATURE").waitFor();
    await answer.getByText("Tried only: nothing was stored.").waitFor();
    expect(await answer.locator('li[data-fate="refused"]').filter({ hasText: "DOOR" }).count()).toBe(1);
    expect(await axe(page)).toEqual([]);
    await page.getByText("What the network sends for devices of these products stands here").waitFor();
    await page.getByRole("checkbox", { name: "Really: store it" }).check();
    await page.getByRole("button", { name: "Send and store" }).click();
    await page.getByText("1 stored, 1 not.").waitFor();
    // it stands with what came
    await page.getByRole("group").filter({ hasText: "loriot · l1" }).first().waitFor();
    await page.getByRole("button", { name: "Send and store" }).click();
    await page.getByText("It had come before").waitFor();
    await body.fill("no JSON");
    await page.getByRole("button", { name: "Send and store" }).click();
    await page.getByRole("status").filter({ hasText: "JSON" }).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("brokers stand there with why they fail; a Home Assistant with whether it is connected", async () => {
    const { page } = visitor;
    const token = "4a".repeat(20);
    await server.apply(`workspaces: [{ slug: home,
      brokers: [{ name: plant, addresses: ["mqtt://127.0.0.1:1"], account: assistant }],
      api_users: [{ name: assistant, home_assistant: homeassistant, token: ${token}, rights: [{ devices: all, can: [view] }] }] }]`);
    await visitor.goto("w/home/integrations");
    const broker = page.getByRole("listitem").filter({ hasText: "plant" });
    await broker.getByText("error", { exact: true }).waitFor();
    const { items } = (await visitor.api("GET", "/workspaces/home/brokers")) as { items: { reason: string | null }[] };
    const reason = items[0]?.reason ?? "";
    expect(reason).not.toBe("");
    await broker.getByText(reason).waitFor();
    const assistant = page.getByRole("listitem").filter({ hasText: "assistant" }).last();
    await assistant.getByText("not connected").waitFor();
    await assistant.getByText("It never logged in.", { exact: false }).waitFor();
    expect(await axe(page)).toEqual([]);
    const js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, token);
    await assistant.getByText("connected", { exact: true }).waitFor();
    await js.end();
    await assistant.getByText("not connected").waitFor();
    await broker.getByRole("link", { name: "plant" }).click();
    await page.getByRole("heading", { name: "plant" }).waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
