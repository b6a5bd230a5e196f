import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { axe } from "./axe.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** Products: made, given fields, a decoder that is tried over what came, and what is suggested taken. */
describe.skipIf(!have("chromium"))("products", () => {
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
  /** What the API answers, as the visitor. */
  const ask = async (path: string) => (await visitor.context.request.get(`${visitor.origin}/api/v1${path}`)).json();
  /** Sends to the product's HTTP integration. */
  const send = async (body: unknown) => {
    const { integration_key } = (await ask("/products/my-product/integration")) as { integration_key: string };
    const answer = await server.http(`/integrations/api/${integration_key}/`, undefined, {
      method: "POST",
      body: JSON.stringify(body),
    });
    expect(await answer.text()).toBe("thanks");
  };

  test("a product and a field are made; the final topic is seen before", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/products");
    await page.getByRole("button", { name: "Create product" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("Water tank");
    await dialog.getByText("dtck-pub/water-tank/").waitFor();
    await dialog.getByRole("button", { name: "Create product" }).click();
    await page.waitForURL("**/w/home/products/water-tank");
    await page.getByRole("button", { name: "Add field" }).click();
    await dialog.getByRole("textbox", { name: "Name" }).fill("Water level");
    await dialog.getByText("dtck-pub/water-tank/<device>/WATER_LEVEL").waitFor();
    await dialog.getByRole("textbox", { name: "Unit" }).fill("m");
    await dialog.getByRole("button", { name: "Add field" }).click();
    await page.getByRole("row").filter({ hasText: "WATER_LEVEL" }).filter({ hasText: "NUMERIC" }).waitFor();
    expect(await ask("/products/water-tank/fields/WATER_LEVEL")).toMatchObject({ name: "Water level", unit: "m" });
    expect(visitor.sins).toEqual([]);
  });

  test("a field is changed, and deleted after its identifier is typed", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/products/water-tank");
    await page.getByRole("button", { name: "Edit Water level" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Unit" }).fill("cm");
    await dialog.getByRole("combobox", { name: "Role" }).selectOption("primary");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row").filter({ hasText: "Primary" }).filter({ hasText: "cm" }).waitFor();
    await page.getByRole("button", { name: "Delete Water level" }).click();
    await dialog.getByText("0 measurements of 0 devices").waitFor();
    await dialog.getByRole("textbox").fill("WATER_LEVEL");
    await dialog.getByRole("button", { name: "Delete field" }).click();
    await page.getByText("What the devices of this product measure stands here.").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("what comes to a field that is not there is suggested, and one click makes it", async () => {
    const { page } = visitor;
    await send({ device: "000001", pressure: 1013.2 });
    await visitor.goto("w/home/products/my-product?tab=suggestions");
    const row = page.getByRole("row").filter({ hasText: "PRESSURE" });
    await row.getByText("NUMERIC").waitFor();
    await row.getByRole("button", { name: "Create field" }).click();
    await page.getByText("Serials and fields that come by an integration").waitFor();
    expect(await ask("/products/my-product/fields/PRESSURE")).toMatchObject({ type: "NUMERIC" });
    await send({ device: "000001", pressure: 1014 });
    await page.getByRole("link", { name: "Integration", exact: true }).click();
    await page.getByText("1 of 1 values stored").waitFor();
    await page.getByText("1 of 1 values stored").click();
    await page.getByText('{"device":"000001","pressure":1014}').waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a decoder is tried over what came, put in force, and rolled back", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/products/my-product?tab=decoder");
    const editor = page.getByRole("textbox", { name: "Decoder" });
    const write = async (code: string) => {
      await editor.click();
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Delete");
      await page.keyboard.insertText(code);
    };
    await write(
      'function Decoder(request) { const b = JSON.parse(request.body); return [{ device: b.device, field: "TEMPERATURE", value: b.pressure / 10 }]; }',
    );
    await page.getByRole("button", { name: "Try", exact: true }).click();
    await page.getByRole("listitem").filter({ hasText: "TEMPERATURE" }).filter({ hasText: "101.4" }).waitFor();
    await page.getByRole("textbox", { name: "Note" }).fill("pressure");
    await page.getByRole("button", { name: "Put in force" }).click();
    await page.getByText("version 1 in force").waitFor();
    await write('function Decoder() { throw new Error("no such thing"); }');
    await page.getByRole("button", { name: "Try", exact: true }).click();
    await page
      .getByText(/no such thing/)
      .filter({ hasText: "Line 1" })
      .first()
      .waitFor();
    await page.getByText("The version in force gives another result:").first().waitFor();
    await page.getByRole("button", { name: "Put in force", exact: true }).click();
    await page.getByText("version 2 in force").waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole("button", { name: "Put in force 1" }).click();
    await page.getByText("version 1 in force").waitFor();
    await send({ device: "000001", pressure: 500 });
    const values = (await ask("/products/my-product/devices/000001/values")) as {
      values: { field: string; value: unknown }[];
    };
    expect(values.values.find(({ field }) => field === "TEMPERATURE")?.value).toBe(50);
    expect(visitor.sins).toEqual([]);
  });

  test("retention is set; options say how many devices they touch", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/products/my-product?tab=options");
    await page.getByText("Touches 1 device.").waitFor();
    await page.getByRole("combobox", { name: "Measurements" }).selectOption("90d");
    await page.getByText("What is older than that goes with the next sweep").waitFor();
    await page.getByRole("combobox", { name: "Of every hour" }).selectOption("5y");
    await page.locator("section", { hasText: "How long it is kept" }).getByRole("button", { name: "Save" }).click();
    // measurements go: the name is typed
    const sure = page.getByRole("dialog");
    expect(await ask("/products/my-product/retention")).toMatchObject({ retention: "forever" });
    await sure.getByRole("textbox").fill("my-product");
    await sure.getByRole("button", { name: "Keep it no longer" }).click();
    await sure.waitFor({ state: "detached" });
    await page.getByText("What is older than that goes").waitFor({ state: "detached" });
    expect(await ask("/products/my-product/retention")).toMatchObject({ retention: "90d", rollups: { "1h": "5y" } });
    await page.getByRole("switch", { name: "Retain current values" }).check({ force: true });
    await Promise.all([
      page.waitForResponse((one) => one.request().method() === "PATCH" && one.ok()),
      page.locator("section", { hasText: "Touches" }).getByRole("button", { name: "Save" }).click(),
    ]);
    expect(await ask("/products/my-product")).toMatchObject({ retain_last_values: true });
    expect(visitor.sins).toEqual([]);
  });

  test("what is kept says what it takes of the disk", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/products/cold-storage?tab=options");
    await page.getByText(/^Now: .* on disk\. About .* more each year/).waitFor();
    await page.getByRole("combobox", { name: "Measurements" }).selectOption("90d");
    await page.getByText(/^Now: .* on disk\. Kept so long: about [\d.]+ [kM]?B/).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("configuration fields are made, changed and deleted", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/products/my-product?tab=configuration");
    await page.getByRole("button", { name: "Add configuration field" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Identifier" }).fill("depth");
    await dialog.getByRole("textbox", { name: "Default" }).fill("1.5");
    await dialog.getByRole("button", { name: "Add configuration field" }).click();
    await page.getByRole("row").filter({ hasText: "depth" }).filter({ hasText: "1.5" }).waitFor();
    await page.getByRole("button", { name: "Delete depth" }).click();
    await dialog.getByRole("textbox").fill("depth");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("What decoders may know of each device").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("the integration key is rotated: the old one works until its end, which one can bring about; the audit log has both", async () => {
    const { page } = visitor;
    const { integration_key: old } = (await ask("/products/my-product/integration")) as { integration_key: string };
    const works = async (key: string) =>
      (await server.http(`/integrations/api/${key}/`, undefined, { method: "POST", body: "{}" })).status;
    await visitor.goto("w/home/products/my-product?tab=integration");
    await page.getByRole("button", { name: "Rotate the key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "The old address works for" }).selectOption("604800");
    await dialog.getByRole("button", { name: "Rotate the key" }).click();
    const note = page.getByRole("status").filter({ hasText: `The key of before, ${old.slice(0, 8)}…` });
    await note.getByText("in 6 d").waitFor();
    expect(await axe(page)).toEqual([]);
    const { integration_key: next } = (await ask("/products/my-product/integration")) as { integration_key: string };
    expect([await works(old), await works(next)]).toEqual([200, 200]);
    // both outlive a restart
    await server.restart();
    expect([await works(old), await works(next)]).toEqual([200, 200]);
    await note.getByRole("button", { name: "End it now" }).click();
    await dialog.getByRole("textbox").fill(old.slice(0, 8));
    await dialog.getByRole("button", { name: "End it now" }).click();
    await note.waitFor({ state: "detached" });
    expect([await works(old), await works(next)]).toEqual([404, 200]);
    const audit = JSON.stringify(await ask("/audit?workspace=home&action=product.update"));
    expect(audit).toContain("a new one");
    expect([audit.includes(old), audit.includes(next)]).toEqual([false, false]);
    expect(visitor.sins).toEqual([]);
  });
});
