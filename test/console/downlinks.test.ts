import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** Downlinks: made and tried at the product, sent from the device, followed in its queue, taken back. */
describe.skipIf(!have("chromium"))("downlinks", () => {
  let server: TestServer;
  let visitor: Visitor;
  const heard: string[] = [];
  const answer = { status: 200 };
  const endpoint = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      heard.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
      return new Response("", { status: answer.status });
    },
  });
  beforeAll(async () => {
    server = await consoleServer({ flags: ["--allow-outgoing", "127.0.0.1/32"] });
    visitor = await Visitor.open(server);
    await visitor.signIn();
    await visitor.api("POST", "/workspaces/home/networks", {
      name: "office",
      type: "http",
      server: `http://127.0.0.1:${endpoint.port}`,
    });
    await visitor.api("PATCH", "/products/my-product", { network: "office" });
    await visitor.api("POST", "/products/my-product/fields", { id: "INTERVAL", type: "INT", name: "Interval" });
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
    await endpoint.stop(true);
  });
  const ENCODER = `function Encoder(device, measurements) {
  console.log("for " + device.id);
  return { method: "PUT", url: "/set", body: { every: measurements.INTERVAL.value } };
}`;

  test("one is written, tried on a device before it is saved, and made", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/products/my-product?tab=downlinks");
    await page.getByText("A downlink travels back to a device").waitFor();
    await page.getByRole("button", { name: "Create downlink" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("set-interval");
    const editor = page.getByRole("textbox", { name: "Encoder" });
    await editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(ENCODER.replace("measurements.INTERVAL.value", "nothing.at.all"));
    await page.getByRole("combobox", { name: "Sent when these fields change" }).click();
    await page
      .getByRole("option", { name: /Interval/ })
      .filter({ visible: true })
      .click();
    await page.keyboard.press("Escape");
    await page.getByRole("combobox", { name: "Device" }).click();
    await page.getByRole("option").filter({ visible: true }).first().click();
    await page.getByRole("textbox", { name: "Values, as a JSON object" }).fill("[1]");
    await page.getByRole("button", { name: "Try without sending" }).click();
    await page.getByText("This is no JSON object", { exact: false }).waitFor();
    await page.getByRole("textbox", { name: "Values, as a JSON object" }).fill('{"INTERVAL": 600}');
    await page.getByRole("button", { name: "Try without sending" }).click();
    // what is wrong with the script, with its line
    await page
      .getByRole("alert")
      .filter({ hasText: /nothing.*line 3/ })
      .waitFor();
    await editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(ENCODER);
    await page.getByRole("button", { name: "Try without sending" }).click();
    await page.getByText("for 000001").waitFor();
    await page.getByText(/PUT .*\/set/).waitFor();
    await page.getByRole("button", { name: "Create downlink" }).click();
    await page.getByRole("cell", { name: "set-interval", exact: true }).waitFor();
    expect(heard).toEqual([]);
    expect(visitor.sins).toEqual([]);
  });

  test("a device is sent one through its encoder, and its steps stand in the queue", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/devices/my-product/000001?tab=downlinks");
    await page.getByText("when INTERVAL changes").waitFor();
    await page.getByRole("textbox", { name: "Interval" }).fill("60");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const queue = page.getByRole("region", { name: "Queue and what was" });
    await queue.getByText("sent", { exact: true }).first().waitFor();
    expect(heard).toEqual(['PUT /set {"every":60}']);
    await queue.locator("summary").first().click();
    await queue.getByText("queued", { exact: true }).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a change of its field sends it by itself; while the network is away it waits, and is taken back", async () => {
    const { page } = visitor;
    answer.status = 503;
    await visitor.api("POST", "/products/my-product/devices/000001/measurements", [{ field: "INTERVAL", value: 90 }]);
    const queue = page.getByRole("region", { name: "Queue and what was" });
    await queue.getByText("by a change of a field", { exact: false }).waitFor();
    await queue.getByRole("button", { name: "Cancel" }).click();
    await queue.getByText("cancelled", { exact: true }).first().waitFor();
    await visitor.goto("w/home/integrations");
    const recent = page.getByRole("region", { name: "Downlinks of late" });
    await recent.getByRole("link", { name: "my-product/000001" }).first().click();
    await page.waitForURL("**/devices/my-product/000001?tab=downlinks");
    expect(visitor.sins).toEqual([]);
  });

  test("bytes that the network cannot carry are refused where they were typed", async () => {
    const { page } = visitor;
    await page.getByRole("combobox", { name: "What" }).selectOption("");
    await page.getByRole("textbox", { name: "Bytes" }).fill("zz");
    await page.getByRole("button", { name: "Try without sending" }).click();
    await page.getByText("allowed are 1 to", { exact: false }).first().waitFor();
    await page.getByRole("textbox", { name: "Bytes" }).fill("01 ff");
    await page.getByRole("button", { name: "Try without sending" }).click();
    await page.getByText("01ff").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("one is deleted once its name is typed", async () => {
    const { page } = visitor;
    await visitor.goto("w/home/products/my-product?tab=downlinks");
    await page.getByRole("button", { name: "Delete set-interval" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("set-interval");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("A downlink travels back to a device").waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
