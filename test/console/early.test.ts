import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** The first script asks for the code and the answers that the page of the address needs, and all of it is used. */

describe.skipIf(!have("chromium"))("the first script", () => {
  let server: TestServer;
  let visitor: Visitor;
  beforeAll(async () => {
    server = await consoleServer();
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
  });

  test.each([
    ["w/home/home", "Home", ["device-counts", "audit", "rights", "workspaces"]],
    ["w/home/devices", "Devices", ["devices", "products", "account/preferences"]],
    ["w/home/devices/my-product/000001", "First device", ["products/my-product/devices/000001/values", "connection"]],
    ["w/home/products", "Products", ["rights", "workspaces"]],
  ])("%s: what it asks the API is taken, and nothing is asked twice", async (path, heading, asked) => {
    const addresses: string[] = [];
    const files: string[] = [];
    const note = (url: URL) => {
      if (url.pathname.startsWith("/api/v1/")) addresses.push(`${url.pathname.slice("/api/v1/".length)}${url.search}`);
      if (url.pathname.endsWith(".js")) files.push(url.pathname);
    };
    const { page } = visitor;
    const hear = (request: { url(): string }) => note(new URL(request.url()));
    page.on("request", hear);
    await visitor.goto(path);
    await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
    const left = () => page.evaluate<string[]>("[...fieldcastEarly.keys()]");
    await until("all is taken", async () => (await left()).length === 0, 10_000).catch(() => undefined);
    expect(await left()).toEqual([]);
    for (const one of asked) {
      const same = addresses.filter((address) => address.split("?")[0] === one);
      expect([one, same.length]).toEqual([one, 1]);
    }
    page.off("request", hear);
    const early = await page.evaluate<string[]>(
      "[...document.querySelectorAll('head > link[rel=modulepreload]')].map(({ href }) => new URL(href).pathname)",
    );
    expect(early.length).toBeGreaterThan(2);
    expect(new Set(files).size).toBe(files.length);
    expect(files).toEqual(expect.arrayContaining(early));
    expect(visitor.sins).toEqual([]);
  });

  test("who is not signed in is asked about, and about nothing else", async () => {
    const stranger = await Visitor.open(server);
    const asked: string[] = [];
    stranger.page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/api/")) asked.push(pathname);
    });
    await stranger.goto("w/home/devices");
    await stranger.page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(asked).toEqual(["/api/v1/auth/session"]);
    expect(stranger.sins).toEqual([]);
    await stranger.close();
  });
});
