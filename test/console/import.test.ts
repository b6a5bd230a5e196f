import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** Tables of devices and of measurements: columns found, tried, bad rows named, then done. */
describe.skipIf(!have("chromium"))("importing a table", () => {
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
  const choose = (name: string, text: string | Uint8Array) =>
    visitor.page.locator("input[type=file]").setInputFiles({
      name,
      mimeType: "text/csv",
      buffer: Buffer.from(text as string), // both are taken
    });
  const attempt = () => visitor.page.getByRole("button", { name: "Try without changing anything" }).click();
  const count = async () => {
    const { items } = await visitor.api("GET", "/devices?workspace=home&limit=1000");
    return (items as unknown[]).length; // a page of the API
  };

  test("devices with semicolons and other names of columns: each bad row is named, and the good ones are made", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/devices");
    await page.getByRole("link", { name: "Import" }).click();
    await page.getByRole("combobox", { name: "Product", exact: true }).click();
    await page.getByRole("option", { name: "My product" }).click();
    const lines = [
      "Gerät;Bezeichnung;Seriennummer;Farbe",
      "p1;Pump 1;S-1;red",
      "bad id!;Pump 2;S-2;red",
      "p3;Pump 3;S-1;red",
    ];
    await choose("geräte.csv", new Uint8Array(Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1")));
    await page.getByText("read as Windows-1252", { exact: false }).waitFor();
    await page.getByText("3 rows", { exact: true }).waitFor();
    expect(await page.getByRole("combobox", { name: "Column of Serial" }).inputValue()).toBe("2");
    await attempt();
    await page.getByText("1 rows are good, 2 are not. Nothing is changed yet.").waitFor();
    const bad = page.getByRole("table", { name: "Bad rows" });
    await bad.getByRole("row", { name: /^3/ }).waitFor();
    await bad
      .getByRole("row", { name: /4.*S-1/ })
      .first()
      .waitFor();
    const before = await count();
    const apply = page.getByRole("button", { name: /^Import 1 rows/ });
    expect(await apply.isDisabled()).toBe(true);
    await page.getByRole("checkbox", { name: "Leave out the 2 bad rows" }).check();
    await apply.click();
    await page.getByText("1 devices are made.").waitFor();
    expect(await count()).toBe(before + 1);
    expect(await visitor.api("GET", "/products/my-product/devices/p1")).toMatchObject({
      name: "Pump 1",
      serial: "S-1",
    });
    expect(visitor.sins).toEqual([]);
  });

  test("measurements with decimal commas are tried, and then stored with their times", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/import?what=measurements&product=my-product");
    const lines = [
      "time;device;field;value",
      "2026-01-01T00:00:00Z;000001;TEMPERATURE;21,5",
      "yesterday;000001;TEMPERATURE;1,5",
    ];
    await choose("old.csv", lines.join("\n"));
    await attempt();
    await page.getByText("1 rows are good, 1 are not.", { exact: false }).waitFor();
    const history = "/history?products=my-product&devices=000001&fields=TEMPERATURE&from=2026-01-01&to=2026-01-02";
    expect((await visitor.api("GET", history)).rows).toEqual([]);
    await page.getByRole("checkbox", { name: "Leave out the 1 bad rows" }).check();
    await page.getByRole("button", { name: /^Import 1 rows/ }).click();
    await page.getByText("1 measurements are stored.").waitFor();
    expect((await visitor.api("GET", history)).rows).toMatchObject([{ TEMPERATURE: 21.5 }]);
    expect(visitor.sins).toEqual([]);
  });

  test("a column that is missing is said, and chosen by hand", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/import?product=my-product");
    await choose("devices.csv", "number,name\nq1,One\n");
    await page.getByText("Say which column is: Id.").waitFor();
    await page.getByRole("combobox", { name: "Column of Id" }).selectOption("0");
    await attempt();
    await page.getByText("1 rows are good. Nothing is changed yet.").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a hundred thousand rows are read and tried, and the bad one is named", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/import?product=my-product");
    const rows = Array.from({ length: 100_000 }, (_, n) => `many-${n},Device ${n},${n === 77_777 ? "S-1" : ""}`);
    await choose("many.csv", `id,name,serial\n${rows.join("\n")}\n`);
    await page.getByText("100000 rows", { exact: true }).waitFor();
    await attempt();
    await page.getByText("99,999 rows are good, 1 are not.", { exact: false }).waitFor({ timeout: 60_000 });
    await page.getByRole("row", { name: /77,?779/ }).waitFor();
    process.stdout.write(
      `the page did not answer for ${Math.round(Number(await page.evaluate("window.longest")))} ms at most\n`,
    );
    expect(visitor.sins).toEqual([]);
  });
});
