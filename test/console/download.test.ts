import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { parquetReadObjects } from "hyparquet";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** Files of measurements: of a device's history, and of devices that are chosen. */
describe.skipIf(!have("chromium"))("downloading measurements", () => {
  let server: TestServer;
  let visitor: Visitor;
  beforeAll(async () => {
    server = await consoleServer();
    visitor = await Visitor.open(server);
    await visitor.signIn();
    await visitor.api("POST", "/workspaces/home/products", { slug: "other", name: "Other" });
    await visitor.api("POST", "/products/other/fields", { id: "LEVEL", type: "INT" });
    await visitor.api("POST", "/products/other/devices", { id: "tank" });
    for (const [device, field, value] of [
      ["my-product/devices/000001", "TEMPERATURE", 21.5],
      ["my-product/devices/000001", "DOOR", true],
      ["other/devices/tank", "LEVEL", 7],
    ] as const)
      await visitor.api("POST", `/products/${device}/measurements`, [{ field, value }]);
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
  });
  /** The files that a click gives. */
  const saved = async (click: () => Promise<void>, count: number) => {
    const files: { name: string; bytes: Buffer }[] = [];
    const all = new Promise<void>((done) => {
      visitor.page.on("download", async (download) => {
        files.push({ name: download.suggestedFilename(), bytes: readFileSync(await download.path()) });
        if (files.length === count) done();
      });
    });
    await click();
    await all;
    visitor.page.removeAllListeners("download");
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  test("a device's history as Parquet, which others read", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/devices/my-product/000001?tab=history&fields=%5B%22TEMPERATURE%22,%22DOOR%22%5D");
    await page.getByRole("button", { name: "Every measurement" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Format" }).selectOption("parquet");
    const [file] = await saved(() => dialog.getByRole("button", { name: "Download" }).click(), 1);
    expect(file?.name).toBe("my-product.parquet");
    const bytes = file?.bytes ?? Buffer.alloc(0);
    const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    expect(rows).toMatchObject([
      { product: "my-product", device: "000001", field: "TEMPERATURE", number: 21.5, boolean: null },
      { product: "my-product", device: "000001", field: "DOOR", number: null, boolean: true },
    ]);
    expect(visitor.sins).toEqual([]);
  });

  test("of devices that are chosen a file for each product", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/devices");
    await page.getByRole("checkbox", { name: "Choose all" }).check();
    await page.getByRole("button", { name: "Measurements" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("A file for each of 2 products.").waitFor();
    await dialog.getByRole("combobox", { name: "Of the last" }).selectOption("");
    const files = await saved(() => dialog.getByRole("button", { name: "Download" }).click(), 2);
    expect(files.map(({ name }) => name)).toEqual(["my-product.csv", "other.csv"]);
    expect(files[1]?.bytes.toString()).toMatch(/^time,product,device,field,value\r\n.*,other,tank,LEVEL,7\r\n$/);
    expect(files[0]?.bytes.toString().trim().split("\n")).toHaveLength(3);
    expect(visitor.sins).toEqual([]);
  });
});
