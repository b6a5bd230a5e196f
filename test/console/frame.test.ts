import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { brotliCompressSync } from "node:zlib";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { axe } from "./axe.ts";
import { consoleServer, OWNER, originOf, PASSWORD, Visitor } from "./browser.ts";

/** The way in, and what stands around every page. */

const LIMIT = 250 * 1024;

describe.skipIf(!have("chromium"))("the console", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await consoleServer();
  });
  afterAll(() => server.remove());

  test("GET / leads a browser there, and tells programs what there is", async () => {
    const asBrowser = await server.http("/", undefined, { redirect: "manual", headers: { Accept: "text/html,*/*" } });
    expect([asBrowser.status, asBrowser.headers.get("Location")]).toEqual([302, "/console/"]);
    const asProgram = await server.http("/");
    expect(await asProgram.text()).toContain("POST /v1/devices/");
  });

  test("who is not signed in signs in, and comes to the address that was asked for", async () => {
    const visitor = await Visitor.open(server);
    const { page } = visitor;
    await visitor.goto("w/home/devices?q=000");
    await page.getByLabel("E-mail address").fill(OWNER);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Devices" }).waitFor();
    expect(page.url()).toBe(`${originOf(server)}/console/w/home/devices?q=000`);
    await page.getByText("live", { exact: true }).waitFor();
    expect(await page.title()).toBe("Devices · fieldcast");
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("the first load is small: all that the device list needs, compressed", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    const { page } = visitor;
    const loaded: string[] = [];
    page.on("requestfinished", (request) => loaded.push(new URL(request.url()).pathname));
    await visitor.goto("w/home/devices");
    await page.getByText("First device").waitFor();
    await page.waitForFunction("document.fonts.status === 'loaded'");
    const files = [...new Set(loaded)].filter((path) => /^\/console\/.*\.[a-z0-9]+$/.test(path));
    const sizes = await Promise.all(
      files.map(async (path) => {
        const bytes = new Uint8Array(await (await server.http(path)).arrayBuffer());
        return path.endsWith(".woff2") ? bytes.length : brotliCompressSync(bytes).length;
      }),
    );
    expect(files.filter((path) => path.endsWith(".js")).length).toBeGreaterThan(2);
    expect(files.some((path) => path.endsWith(".woff2"))).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(LIMIT);
    await visitor.close();
  });

  test.each(["light", "dark"] as const)("axe finds nothing in the frame, %s", async (scheme) => {
    const visitor = await Visitor.open(server, { scheme });
    await visitor.goto("sign-in");
    await visitor.page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await axe(visitor.page)).toEqual([]);
    await visitor.signIn();
    await visitor.goto();
    await visitor.page.getByRole("heading", { name: "Home", exact: true }).waitFor();
    expect(await axe(visitor.page)).toEqual([]);
    await visitor.page.keyboard.press("Control+k");
    await visitor.page.getByRole("listbox").getByRole("option").first().waitFor();
    expect(await axe(visitor.page)).toEqual([]);
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("a device is found by its id, and by a topic that is pasted whole", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    await visitor.goto();
    const { page } = visitor;
    for (const text of ["First dev", "dtck-pub/my-product/000001/TEMPERATURE"]) {
      await page.getByRole("heading", { name: "Home", exact: true }).waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Go to" }).fill(text);
      await page.getByRole("option", { name: "First device" }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/w/home/devices/my-product/000001");
      await visitor.goto();
    }
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("dashboards, fields and people are found, too", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    await visitor.api("POST", "/workspaces/home/dashboards", {
      name: "Boiler house",
      content: { version: 1, widgets: [] },
    });
    await visitor.goto("w/home/home");
    const { page } = visitor;
    for (const [text, name, address] of [
      ["temperat", "Temperature", "**/w/home/products/my-product"],
      ["boiler ho", "Boiler house", "**/w/home/dashboards/1"],
      ["owner@", "owner@localhost", "**/w/home/access/members/1"],
    ] as const) {
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Go to" }).fill(text);
      await page.getByRole("option", { name }).first().click();
      await page.waitForURL(address);
    }
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("a workspace that is not there is said to be none, and is not remembered", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    const { page } = visitor;
    await visitor.goto("w/nowhere/devices");
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    expect(await page.getByRole("heading", { name: "Devices" }).count()).toBe(0);
    await page.getByRole("link", { name: "To the beginning" }).click();
    await page.waitForURL("**/w/home/home");
    await page.getByRole("heading", { name: "Home", exact: true }).waitFor();
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("on a phone the other workspaces are under the navigation's last entry", async () => {
    const visitor = await Visitor.open(server, { width: 375, height: 812 });
    await visitor.signIn();
    await visitor.api("POST", "/workspaces", { name: "Second house", slug: "second-house" });
    const { page } = visitor;
    await visitor.goto("w/home/devices");
    await page.getByText("First device").waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Second house" }).click();
    await page.waitForURL("**/w/second-house/devices");
    await page.getByText(/^Devices stand here/).waitFor();
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("tabs that a phone cuts are seen to go on, and the open one is in sight", async () => {
    const visitor = await Visitor.open(server, { width: 375, height: 812 });
    await visitor.signIn();
    await visitor.goto("w/home/products/my-product");
    const tabs = visitor.page.locator("nav[data-after]");
    await tabs.waitFor();
    expect(await tabs.getAttribute("data-before")).toBe(null);
    await visitor.goto("w/home/products/my-product?tab=options");
    const last = visitor.page.locator('nav[data-before] [aria-current="page"]');
    await last.waitFor();
    expect(await last.evaluate((link) => link.getBoundingClientRect().right)).toBeLessThanOrEqual(375);
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("German is spoken where the browser speaks it, and where it is chosen", async () => {
    const visitor = await Visitor.open(server, { locale: "de-DE" });
    await visitor.goto("sign-in");
    await visitor.page.getByRole("heading", { name: "Anmelden" }).waitFor();
    await visitor.signIn();
    await visitor.goto();
    await visitor.page.getByRole("button", { name: "Dein Konto" }).click();
    await visitor.page.getByRole("menuitem", { name: "English" }).click();
    await visitor.page.getByRole("heading", { name: "Home", exact: true }).waitFor();
    expect(await visitor.page.evaluate("document.documentElement.lang")).toBe("en");
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("the stream is seen to be lost, and comes back when the server does", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    await visitor.goto();
    await visitor.page.getByText("live", { exact: true }).waitFor();
    await server.stop();
    await visitor.page.getByText(/^reconnecting/).waitFor();
    await server.start();
    await visitor.page.getByText("live", { exact: true }).waitFor();
    expect(visitor.sins).toEqual([]);
    await visitor.close();
  });

  test("a page that could not be loaded without a network is there when the network is", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    const { page, context } = visitor;
    await visitor.goto("w/home/devices/my-product/000001");
    await page.getByText("Identifiers and topics").waitFor();
    await context.setOffline(true);
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("heading", { name: "This did not work" }).waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "This did not work" }).waitFor();
    await context.setOffline(false);
    await page.getByRole("button", { name: "Temperature" }).waitFor();
    await visitor.close();
  });
});
