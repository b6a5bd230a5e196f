import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectAsync, type MqttClient } from "mqtt";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { axe } from "./axe.ts";
import { addPerson, consoleServer, Visitor } from "./browser.ts";

/** Free topics in the live tree, on a server that has them. */
describe.skipIf(!have("chromium"))("free topics", () => {
  let server: TestServer;
  let visitor: Visitor;
  let client: MqttClient;
  beforeAll(async () => {
    server = await consoleServer({ flags: ["--free-topics"] });
    visitor = await Visitor.open(server);
    await visitor.signIn();
    const grants = [{ scope: "free_topics", filters: ["#"], except: [], can: ["publish", "subscribe"] }];
    const made = await visitor.api("POST", "/workspaces/home/api-users", { name: "talker", grants });
    const token = /[0-9a-f]{40}/.exec(JSON.stringify(made))?.[0] ?? "";
    const account = { username: token, password: token };
    client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { ...account, protocolVersion: 5 });
  });
  afterAll(async () => {
    await client.endAsync(true);
    await visitor.close();
    await server.remove();
  });
  const tree = () => visitor.page.getByRole("tree", { name: "Topics" });
  const item = (topic: string) => tree().locator(`[data-topic="${topic}"]`);
  const publish = (topic: string, payload: string | Buffer, retain = false) =>
    client.publishAsync(topic, payload, { qos: 1, retain });

  test("what is retained and what comes: level by level, with values, rates, payloads in three forms, and a search", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/live?tab=topics");
    const note = page.getByRole("note");
    await note.filter({ hasText: "Free topics: none so far." }).waitFor();
    await publish("hall/light/state", '{"on":true,"html":"<img src=x onerror=alert(1)>"}', true);
    await publish("hall/door", "shut");
    await publish("raw", Buffer.from([0x00, 0xff, 0x41]));
    await publish("long", "x".repeat(5000));
    await item("hall").waitFor();
    expect(await note.count()).toBe(0);
    expect(await tree().getByText("Free topics").isVisible()).toBe(true);
    // closed: one line for all below
    expect(await item("hall/door").count()).toBe(0);
    await item("hall").click();
    await tree().press("ArrowRight");
    await item("hall/door").getByText("shut").waitFor();
    await item("hall/door").getByText("/s").waitFor();
    await publish("hall/door", "open");
    await item("hall/door").getByText("open", { exact: true }).waitFor();
    await item("hall/light").click();
    await tree().press("ArrowRight");
    const light = item("hall/light/state");
    await light.getByText("retained").waitFor();
    await light.click();
    const details = page.getByRole("region", { name: "The chosen topic" });
    await details.getByText('"on": true').waitFor();
    expect(await details.locator("img").count()).toBe(0);
    expect(await axe(page)).toEqual([]);
    await details.getByText("Hex", { exact: true }).click();
    await details.getByText("7b 22 6f 6e 22").waitFor();
    // an empty message takes it away, and the mark with it
    await publish("hall/light/state", "", true);
    await light.getByText("retained").waitFor({ state: "detached" });
    await item("raw").click();
    await details.getByText("00 ff 41").waitFor();
    await item("long").click();
    await details.getByText("5,000 B, the first 2,048 B shown").waitFor();
    // one search for both parts of the tree
    await page.getByRole("textbox", { name: "Product, device, serial, or any topic" }).fill("DOOR");
    await item("raw").waitFor({ state: "detached" });
    await item("hall/door").click();
    await details.getByRole("button", { name: "Publish on it" }).click();
    const topic = page.getByRole("combobox", { name: "Topic", exact: true });
    await topic.waitFor();
    expect(await topic.inputValue()).toBe("hall/door");
    expect(visitor.sins).toEqual([]);
  });

  test("after a restart of the server what is retained is there again, and what comes is heard", async () => {
    await publish("hall/kept", "yes", true);
    await visitor.goto("w/home/live?tab=topics&q=hall");
    await item("hall/kept").getByText("retained").waitFor();
    await server.stop();
    await server.start();
    // what is said before the page is there again is nothing that it could hear
    await until("the page hears what comes", async () => {
      await publish("hall/after", "back");
      return (await item("hall/after").count()) > 0;
    });
    await item("hall/after").getByText("back").waitFor();
    await item("hall/kept").getByText("retained").waitFor();
    expect(await item("hall/door").count()).toBe(0);
    expect(visitor.sins).toEqual([]);
  });

  test("what an account may not hear is not shown, and it says why; German, too", async () => {
    await addPerson(server, "eve@example.com", "observer", "home");
    const eve = await Visitor.open(server, { locale: "de-DE" });
    await eve.signIn("eve@example.com");
    await eve.goto("w/home/live?tab=topics");
    await eve.page.getByRole("note").filter({ hasText: "Freie Topics: dein Konto darf keine hören." }).waitFor();
    expect(await eve.page.locator('[data-topic^="hall"]').count()).toBe(0);
    expect(eve.sins).toEqual([]);
    await eve.close();
    // in a second workspace, one has none any more
    await visitor.api("POST", "/workspaces", { slug: "second", name: "Second" });
    await visitor.goto("w/home/live?tab=topics");
    await visitor.page.getByRole("note").filter({ hasText: "in exactly one workspace" }).waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
