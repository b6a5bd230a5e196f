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
  afterAll(() => server.remove());

  const looks = PAGES.flatMap((page) => [
    [page.name, "light", 1440, page] as const,
    [page.name, "dark", 375, page] as const,
  ]);
  test.each(looks)(
    "%s, %s, %i px: axe finds nothing, and nothing is wider than the window",
    async (_, scheme, width, page) => {
      const visitor = await Visitor.open(server, { scheme, width });
      if (page.signedOut !== true) await visitor.signIn();
      await visitor.goto(page.path);
      await visitor.page.getByText(page.shows).filter({ visible: true }).first().waitFor();
      expect(await axe(visitor.page)).toEqual([]);
      expect(await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(visitor.sins).toEqual([]);
      await visitor.close();
    },
  );
});
