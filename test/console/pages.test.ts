import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { axe } from "./axe.ts";
import { consoleServer, Visitor } from "./browser.ts";
import { PAGES } from "./pages.ts";

describe.skipIf(!have("chromium"))("every page", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await consoleServer({ demo: 40 });
  });
  afterAll(async () => {
    for (const visitor of visitors.values()) await visitor.close();
    await server.remove();
  });

  /** One for each look, signed in or not: a visitor who stays has the scripts already, and each page is loaded anew all the same. */
  const visitors = new Map<string, Visitor>();
  async function visitorOf(scheme: "light" | "dark", width: number, signedOut: boolean): Promise<Visitor> {
    const key = `${scheme} ${width} ${signedOut}`;
    const known = visitors.get(key);
    if (known !== undefined) return known;
    const visitor = await Visitor.open(server, { scheme, width });
    visitors.set(key, visitor);
    if (!signedOut) await visitor.signIn();
    return visitor;
  }

  const looks = PAGES.flatMap((page) => [
    [page.name, "light", 1440, page] as const,
    [page.name, "dark", 375, page] as const,
  ]);
  test.each(looks)(
    "%s, %s, %i px: axe finds nothing, and nothing is wider than the window",
    async (_, scheme, width, page) => {
      const visitor = await visitorOf(scheme, width, page.signedOut === true);
      await visitor.goto(page.path);
      await visitor.page.getByText(page.shows).filter({ visible: true }).first().waitFor();
      expect(await axe(visitor.page)).toEqual([]);
      expect(await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(visitor.sins.splice(0)).toEqual([]);
    },
  );
});
