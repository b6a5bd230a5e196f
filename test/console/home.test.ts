import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectAsync } from "mqtt";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** What needs attention is there, in words, with the way to it. */
describe.skipIf(!have("chromium"))("home", () => {
  let server: TestServer;
  let visitor: Visitor;
  beforeAll(async () => {
    server = await consoleServer({ demo: 20 });
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
  });

  test("silent devices are counted, and one click shows them, the longest silent first", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/home");
    await page.getByText(/\d+ devices? (?:are|is) silent longer/).waitFor();
    await page
      .getByRole("listitem")
      .filter({ hasText: /10 × device created/ })
      .waitFor();
    await page.getByRole("listitem").filter({ hasText: "silent longer" }).getByRole("link").click();
    await page.waitForURL("**/devices?state=away&sort=heard");
    // two clicks from Home, and it says in words why, and what to do
    await page.locator("[role=row] a").first().click();
    await page
      .getByRole("note")
      .getByText(/^Nothing was heard for longer than/)
      .waitFor();
    await page
      .getByRole("note")
      .getByText(/Nothing of it reached the server since then/)
      .waitFor();
    await page.getByRole("link", { name: "Connect it, and watch each step" }).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a refused publish is told with its reason, and leads to its device; who did what stands beside", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/home");
    await page.getByText("1 device was never heard").waitFor();
    const made = /\b[0-9a-f]{40}\b/.exec((await server.cli("token", "create", "owner@localhost", "--name", "t")).out);
    const token = made?.[0] ?? "";
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username: token, password: token });
    await client.publishAsync("dtck-pub/my-product/000001/TEMPERATUR", "21", { qos: 1 });
    await client.endAsync();
    await page.reload();
    const item = page.getByRole("listitem").filter({ hasText: "1 publish refused in the last hour" });
    await item
      .getByText(/TEMPERATUR/)
      .first()
      .waitFor();
    // how much needs somebody stands beside Home, on every page: silent devices are the demo's, this is the only thing here
    await page.getByRole("link", { name: "Home 1 thing needs attention" }).waitFor();
    await item.getByRole("link", { name: "Look" }).click();
    await page.waitForURL("**/w/home/live?q=unknown_field");
    await page.getByRole("group").filter({ hasText: "TEMPERATUR" }).first().waitFor();
    await page.goBack();
    await item.getByRole("link", { name: "000001" }).click();
    await page.waitForURL("**/w/home/devices/my-product/000001");
    // there it stands with what mends it, and the way to connect this device
    await page.getByText("dtck-pub/my-product/000001/TEMPERATURE").first().waitFor();
    await page.getByRole("button", { name: "Create field TEMPERATUR (NUMERIC)" }).waitFor();
    await page.getByRole("link", { name: "Connect", exact: true }).click();
    await page.waitForURL("**/w/home/connect?product=my-product&device=000001");
    expect(visitor.sins).toEqual([]);
  });
});
