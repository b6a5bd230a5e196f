import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { axe } from "./axe.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** The server itself, as who operates it looks after it. */
describe.skipIf(!have("chromium"))("the system", () => {
  let server: TestServer;
  let visitor: Visitor;
  const backups = mkdtempSync(join(tmpdir(), "fieldcast-test-backups-"));
  beforeAll(async () => {
    server = await consoleServer({ demo: 20, flags: ["--backup-dir", backups] });
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
    rmSync(backups, { recursive: true, force: true });
  });

  test("overview: well, with its listeners and the certificate's end; what is connected is counted", async () => {
    const { page } = visitor;
    await visitor.goto("system");
    await page.getByText("All is well").waitFor();
    await page.getByText(`127.0.0.1:${server.ports.mqtts}`).waitFor();
    await page.getByText("Made by this server's own authority").waitFor();
    const connections = page.locator("dl div").filter({ hasText: /^Connections/ });
    expect(await connections.textContent()).toBe("Connections0");
    const made = await server.cli("token", "create", "owner@localhost", "--name", "t");
    const token = /\b[0-9a-f]{40}\b/.exec(made.out)?.[0] ?? "";
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username: token, password: token });
    await connections.getByText("1", { exact: true }).waitFor();
    // rates follow from two answers
    await page
      .locator("dl div")
      .filter({ hasText: /^Received[\d.,]+ (?:B|KiB)\/s/ })
      .waitFor();
    await client.endAsync();
    const ca = await visitor.context.request.get(
      `${visitor.origin}${await page.getByRole("link", { name: "CA file" }).getAttribute("href")}`,
    );
    expect(await ca.text()).toContain("BEGIN CERTIFICATE");
    expect(visitor.sins).toEqual([]);
  });

  test("a backup is made in two clicks, listed and downloaded", async () => {
    const { page } = visitor;
    await visitor.goto("system");
    await page.getByRole("link", { name: "Backups" }).click();
    await page.getByRole("button", { name: "Make a backup" }).click();
    await page.getByText(/was made and verified\.$/).waitFor();
    const link = page.getByRole("link", { name: /^Download/ }).first();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(await download.failure()).toBeNull();
    expect(download.suggestedFilename()).toBe(await page.locator("li code").first().textContent().then(String));
    expect(visitor.sins).toEqual([]);
  });

  test("settings: found by word, what differs alone, and where it comes from", async () => {
    const { page } = visitor;
    await visitor.goto("system?tab=settings");
    await page.getByRole("textbox", { name: "Search settings" }).fill("packet");
    await page.getByText("--max-packet", { exact: true }).waitFor();
    await page.waitForURL("**q=packet**");
    await page.getByRole("textbox", { name: "Search settings" }).fill("");
    await page.getByRole("checkbox", { name: "Only what differs" }).check();
    await page.getByText("--max-packet", { exact: true }).waitFor({ state: "detached" });
    const row = page.getByRole("listitem").filter({ hasText: "--data" }).first();
    expect(await row.textContent()).toContain("flag");
    expect(visitor.sins).toEqual([]);
  });

  test("storage: what takes the most, by product, field and device", async () => {
    const { page } = visitor;
    await visitor.goto("system?tab=storage");
    const table = page.getByRole("table", { name: "Products" });
    await table.getByText("room-climate").waitFor();
    await page.locator("label").getByText("Devices", { exact: true }).click();
    await page
      .getByRole("table", { name: "Devices" })
      .getByText(/^room-climate\/ro-/)
      .first()
      .waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("the last day: a server that has just started says when there will be something; then there are charts", async () => {
    const { page } = visitor;
    // as it answers in its first minute, which may be over by now
    await page.route("**/api/v1/instance/day", (route) => route.fulfill({ json: { times: [], figures: {} } }));
    await visitor.goto("system?tab=day");
    await page.getByText(/the first one comes a minute after the start/).waitFor();
    await page.unroute("**/api/v1/instance/day");
    // a day is a day long: its answer is made up here, in the form of the server's
    await page.route("**/api/v1/instance/day", async (route) => {
      const answer = await (await route.fetch()).json();
      const times = Array.from({ length: 120 }, (_, n) => new Date(Date.now() - (120 - n) * 60_000).toISOString());
      const column = times.map((_, n) => (n % 40 === 0 ? null : 50 + Math.sin(n / 9) * 20));
      const figures = Object.fromEntries(Object.keys(answer.figures).map((name) => [name, column]));
      await route.fulfill({ json: { times, figures } });
    });
    await page.reload();
    await page.locator("canvas").nth(5).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByText(/^publishes/).waitFor();
    await page.getByText(/B$/).first().waitFor();
    await page.unroute("**/api/v1/instance/day");
    expect(visitor.sins).toEqual([]);
  });

  test("who does not operate the instance has no entry, and is told why when they open it", async () => {
    await server.cli("user", "create", "bob@example.com", "--workspace", "demo", "--role", "admin");
    const made = await server.cli("setup-link", "bob@example.com");
    const secret = /[0-9a-f]{64}/.exec(made.out)?.[0];
    const set = await server.http("/api/v1/auth/link/use", undefined, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: visitor.origin },
      body: JSON.stringify({ secret, password: "nine green bottles" }),
    });
    expect(set.status).toBe(200);
    const bob = await Visitor.open(server);
    await bob.signIn("bob@example.com", "nine green bottles");
    await bob.goto("w/demo/devices");
    await bob.page.getByText("20 devices").waitFor();
    expect(await bob.page.getByRole("link", { name: "System" }).count()).toBe(0);
    await bob.goto("system");
    await bob.page.getByRole("alert").waitFor();
    expect(bob.sins).toEqual([]);
    await bob.close();
  });
});
