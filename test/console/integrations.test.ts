import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
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
    server = await consoleServer({ flags: ["--allow-outgoing", "127.0.0.1/32"] });
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
    await endpoint.stop(true);
  });

  test("a webhook is made, its secret shown once, tested against a real endpoint, paused and deleted", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/integrations");
    await page.getByText("A webhook sends what happens here").waitFor();
    await page.getByRole("button", { name: "Create webhook" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("ERP");
    await dialog.getByRole("textbox", { name: "Address" }).fill(`http://127.0.0.1:${endpoint.port}/in`);
    await dialog.getByRole("button", { name: "Create webhook" }).click();
    await dialog.getByText(/^whsec_/).waitFor();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("button", { name: "Test ERP" }).click();
    await page.getByText(/accepted with 200/).waitFor();
    expect(heard.length).toBe(1);
    answer.status = 500;
    await page.getByRole("button", { name: "Test ERP" }).click();
    await page.getByRole("status").filter({ hasText: "500" }).waitFor();
    await page.getByRole("link", { name: "Last calls" }).click();
    await page.waitForURL("**webhook=**");
    await page.getByRole("button", { name: "Pause ERP" }).click();
    await page.getByText("paused", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Delete ERP" }).click();
    await dialog.getByRole("textbox").fill("ERP");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("A webhook sends what happens here").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("an address that may not be reached is refused where it was typed", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/integrations");
    await page.getByRole("button", { name: "Create webhook" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("bad");
    await dialog.getByRole("textbox", { name: "Address" }).fill("ftp://example.com");
    await dialog.getByRole("button", { name: "Create webhook" }).click();
    await dialog.getByRole("alert").first().waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a network is added, and deleted", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/integrations");
    await page.getByRole("button", { name: "Add network" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("ttn");
    await dialog.getByRole("textbox", { name: "Server" }).fill("https://eu1.cloud.thethings.network");
    await dialog.getByRole("textbox", { name: "Application" }).fill("house");
    await dialog.getByRole("textbox", { name: "Webhook id there" }).fill("fieldcast");
    await dialog.getByLabel("Key", { exact: true }).fill("NNSXS.secret");
    await dialog.getByRole("button", { name: "Add network" }).click();
    await page.getByText("No product uses it.").waitFor();
    await page.getByText("has a key").waitFor();
    expect(await page.content()).not.toContain("NNSXS.secret");
    await page.getByRole("button", { name: "Delete ttn" }).click();
    await dialog.getByRole("textbox").fill("ttn");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("A network takes downlinks to devices").waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
