import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, Visitor } from "./browser.ts";

const MIN = 60_000;
/** How many pixels of a text are cut off. */
const hidden = (one: unknown): number => {
  const { scrollWidth, clientWidth } = one as { readonly scrollWidth: number; readonly clientWidth: number }; // an element
  return scrollWidth - clientWidth;
};

/** What a device said: more than fits, over any range, with the times when it said nothing. */
describe.skipIf(!have("chromium"))("the history of a device", () => {
  // a whole minute, so that fields of the browser show it as it is
  const now = Math.floor(Date.now() / MIN) * MIN;
  const iso = (minutesAgo: number) => new Date(now - minutesAgo * MIN).toISOString();
  const at = "w/home/devices/my-product/000001?tab=history";
  let server: TestServer;
  let visitor: Visitor;
  beforeAll(async () => {
    server = await consoleServer();
    visitor = await Visitor.open(server);
    await visitor.signIn();
    const made = await server.cli("token", "create", "owner@localhost", "--name", "t");
    const token = /\b[0-9a-f]{40}\b/.exec(made.out)?.[0] ?? "";
    const record = async (rows: object[]) => {
      const body = JSON.stringify(rows);
      const answer = await server.http("/v1/devices/000001/record/?batch=true", token, { method: "POST", body });
      if (!answer.ok) throw new Error(await answer.text());
    };
    // a value each minute for two days, until three hours ago; then silence, then a last one
    const minutes = Array.from({ length: 2880 }, (_, n) => 180 + 2880 - n);
    for (let n = 0; n < minutes.length; n += 960)
      await record(minutes.slice(n, n + 960).map((one) => ({ field: "TEMPERATURE", value: one, timestamp: iso(one) })));
    await record([{ field: "TEMPERATURE", value: 7.5, timestamp: iso(1) }]);
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
  });

  test("a table of more rows than fit begins with the newest; the earlier ones are one click away", async () => {
    const { page } = visitor;
    await visitor.goto(`${at}&as=table&span=7d`);
    await page.getByText(/^The newest [0-9,]+ rows of this range/).waitFor();
    await page.getByRole("cell", { name: "7.5" }).waitFor();
    await page.getByRole("button", { name: "Show earlier ones" }).click();
    await page.getByRole("cell", { name: "7.5" }).waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("to")).not.toBeNull();
    expect(visitor.sins).toEqual([]);
  });

  test("when the device was silent is marked, and said in words", async () => {
    const { page } = visitor;
    await visitor.goto(`${at}&span=6h`);
    await page.getByText("silent for longer than 40 min").waitFor();
    // all the time until the last value was no silence
    await visitor.goto(`${at}&from=${iso(600)}&to=${iso(240)}`);
    await page.locator("figure canvas").first().waitFor();
    await page.getByText(/^Means of/).waitFor();
    expect(await page.getByText(/^silent for longer/).count()).toBe(0);
  });

  test("any range can be typed, and a link shows a colleague exactly this", async () => {
    const { page } = visitor;
    await visitor.goto(at);
    const open = page.getByRole("button", { name: /\d – \d/ });
    await open.click();
    const [from, to] = [page.getByLabel("From"), page.getByLabel("To", { exact: true })];
    await from.fill("2026-01-02T10:00:00");
    await to.fill("2026-01-02T09:00:00");
    await page.getByText("The end lies before the beginning.").waitFor();
    expect(await page.getByRole("button", { name: "Show", exact: true }).isDisabled()).toBe(true);
    await to.fill("2026-01-02T11:30:00");
    await page.keyboard.press("Enter");
    // the browser is in Berlin
    await page.waitForURL(/2026-01-02T09(?::|%3A)00(?::|%3A)00/);
    await page.goBack();
    await page.getByRole("button", { name: "Copy a link to exactly this" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const link = new URL(await page.evaluate<string>("navigator.clipboard.readText()"));
    const range = ["from", "to"].map((end) => Date.parse(link.searchParams.get(end) ?? ""));
    expect((range[1] ?? 0) - (range[0] ?? 0)).toBe(24 * 60 * MIN);
    await page.goto(link.href);
    await page.locator("figure canvas").first().waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a value's menu copies its topic, and opens the form with its field", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/devices/my-product/000001");
    await page.getByRole("button", { name: "More about Temperature" }).click();
    await page.getByRole("menuitem", { name: "Copy its publish topic" }).click();
    expect(await page.evaluate<string>("navigator.clipboard.readText()")).toBe(
      "dtck-pub/my-product/000001/TEMPERATURE",
    );
    const other = page.getByRole("button", { name: /^More about/ }).last();
    const name = ((await other.getAttribute("aria-label")) ?? "").replace("More about ", "");
    await other.click();
    await page.getByRole("menuitem", { name: "Record a value" }).click();
    const chosen = page.getByRole("combobox", { name: "Field" }).locator("option:checked");
    expect(await chosen.textContent()).toBe(name);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Copy HTTP integration" }).click();
    expect(await page.evaluate<string>("navigator.clipboard.readText()")).toMatch(
      /\/integrations\/api\/[0-9a-f-]{16,}\/$/,
    );
    expect(visitor.sins).toEqual([]);
  });

  test("times are those of UTC when that is chosen: in what is shown, typed, and drawn", async () => {
    const { page } = visitor;
    await visitor.goto(`${at}&from=2026-01-02T10:00:00Z&to=2026-01-02T11:30:00Z`);
    await page.getByRole("button", { name: /11:00:00.*12:30:00/ }).waitFor();
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "UTC" }).click();
    await page.getByRole("button", { name: /10:00:00.*11:30:00/ }).click();
    expect(await page.getByLabel("From").inputValue()).toContain("2026-01-02T10:00");
    await page.getByLabel("From").fill("2026-01-02T09:15:00");
    await page.keyboard.press("Enter");
    await page.waitForURL(/from=[^&]*2026-01-02T09(?::|%3A)15/);
    // it is kept with the account
    await page.reload();
    await page.getByRole("button", { name: /09:15:00.*11:30:00/ }).waitFor();
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "Here (Europe/Berlin)" }).click();
    await page.getByRole("button", { name: /10:15:00.*12:30:00/ }).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("the list as a table for spreadsheets has the newest values, as numbers", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/devices");
    // by word, too, where one wants to read it in the table or elsewhere
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "State" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("cell", { name: "online", exact: true }).waitFor();
    await page.getByRole("columnheader", { name: "Temperature" }).waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    const row = [{ field: "TEMPERATURE", value: -12345.75 }];
    await visitor.api("POST", "/products/my-product/devices/000001/measurements", row);
    await page.getByText("\u221212,345.75").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save what is shown as a table" }).click(),
    ]);
    expect(await Bun.file(await file.path()).text()).toMatch(/,online,.*-12345\.75,/);
  });

  test("without a network it says so where values stand, and goes on by itself when it is back", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    const { page } = visitor;
    await visitor.goto("w/home/devices/my-product/000001");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "History", exact: true }).hover();
    await visitor.context.setOffline(true);
    await page
      .getByRole("status")
      .filter({ hasText: /^reconnecting/ })
      .waitFor();
    await page.getByRole("link", { name: "History", exact: true }).click();
    await page.getByRole("alert").first().waitFor();
    await visitor.context.setOffline(false);
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByText(/^Means of/).waitFor();
    await page.getByRole("alert").first().waitFor({ state: "detached" });
    // what could not be loaded is what this is about
    expect(visitor.sins.filter((sin) => !/ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(sin))).toEqual([]);
    await visitor.close();
  });

  test("at 375 px nothing of a device with long names is cut or sticks out", async () => {
    const long = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft";
    await visitor.api("POST", "/workspaces/home/products", { slug: "long", name: "Long" });
    const fields = [
      { id: "POS", type: "GEO", name: "Position" },
      { id: "TEXT", type: "STRING", name: "Text" },
      { id: "LONG", type: "STRING", name: long },
    ];
    for (const field of fields) await visitor.api("POST", "/products/long/fields", field);
    await visitor.api("POST", "/products/long/devices", { id: "d", name: long });
    await visitor.api("POST", "/products/long/devices/d/measurements", [
      { field: "POS", value: "(-33.9,151.2)" },
      { field: "TEXT", value: "NaN" },
      { field: "LONG", value: "مرحبا" },
    ]);
    const phone = await Visitor.open(server, { width: 375, height: 812 });
    await phone.signIn();
    const over = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    for (const tab of ["overview", "history&as=table", "history", "configuration"]) {
      await phone.goto(`w/home/devices/long/d?tab=${tab}`);
      await phone.page.getByRole("heading", { name: long }).waitFor();
      if (tab === "overview") {
        for (const text of ["NaN", "مرحبا", "\u221233.90000, 151.20000"]) {
          const value = phone.page.getByText(text, { exact: true });
          await value.waitFor();
          expect([text, await value.evaluate(hidden)]).toEqual([text, 0]);
        }
      } else await phone.page.waitForLoadState("networkidle");
      expect([tab, await phone.page.evaluate(over)]).toEqual([tab, 0]);
    }
    await phone.goto("w/home/products/long");
    await phone.page.getByText("LONG", { exact: true }).waitFor();
    expect(await phone.page.evaluate(over)).toBe(0);
    expect(phone.sins).toEqual([]);
    await phone.close();
  });
});
