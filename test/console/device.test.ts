import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectAsync } from "mqtt";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, originOf, PASSWORD, Visitor } from "./browser.ts";
import { DEMO_DEVICE } from "./pages.ts";

/** One device, as people use its page. */
describe.skipIf(!have("chromium"))("a device", () => {
  const at = `w/demo/devices/${DEMO_DEVICE}`;
  let server: TestServer;
  let visitor: Visitor;
  let token = "";
  beforeAll(async () => {
    server = await consoleServer({ demo: 20 });
    const made = await server.cli("token", "create", "owner@localhost", "--name", "t");
    token = /\b[0-9a-f]{40}\b/.exec(made.out)?.[0] ?? "";
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
  });

  test("says its values with their ages, follows them live, and says why a publish was refused", async () => {
    const { page } = visitor;
    await visitor.goto(at);
    await page.getByRole("link", { name: "Temperature" }).waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    expect(await page.locator("path[d^='M0.0'], path[d^='M1']").count()).toBeGreaterThan(0);
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, {
      username: token,
      password: token,
      protocolVersion: 5,
    });
    await client.publishAsync(`dtck-pub/${DEMO_DEVICE}/TEMPERATURE`, "31.5", { qos: 1 });
    await page.getByText("31.5").waitFor();
    await page
      .getByText("just now")
      .or(page.getByText(/^heard|^\d+ s ago/))
      .first()
      .waitFor();
    await client.publishAsync(`dtck-pub/${DEMO_DEVICE}/TEMP`, "1", { qos: 1 }).catch(() => undefined);
    await client.endAsync();
    // by itself: who watches the page while a device sends something wrong need not load it again
    await page.getByRole("heading", { name: "Refused of late" }).waitFor();
    await page.getByText(/TEMPERATURE\?/).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("debug: a publish and a refusal as they come, unfolded to who sent what, and when it was durable", async () => {
    const { page } = visitor;
    await visitor.goto(`${at}?tab=debug`);
    await page.getByRole("heading", { name: "What came in, and what became of it" }).waitFor();
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, { username: token, password: token });
    const recorded = page.locator("summary").filter({ hasText: "recorded" });
    // the stream of the page may open behind the first publish
    for (let n = 0; n < 50 && (await recorded.count()) === 0; n++) {
      await client.publishAsync(`dtck-pub/${DEMO_DEVICE}/HUMIDITY`, "55", { qos: 1 });
      await Bun.sleep(50);
    }
    await client.publishAsync(`dtck-pub/${DEMO_DEVICE}/HUMIDITY`, "wet", { qos: 1 });
    await client.endAsync();
    // that of this test: another one may be first until it has come
    const refused = page
      .locator("details")
      .filter({ hasText: "wet" })
      .locator("summary")
      .filter({ hasText: "refused" });
    await refused.click();
    await page.getByText("wet", { exact: true }).waitFor();
    await recorded.first().click();
    await page.getByText("Durable after").first().waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("its topics go into a client by one click", async () => {
    const { page } = visitor;
    await visitor.goto(at);
    await page.getByRole("button", { name: "Copy Publish topic" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`dtck-pub/${DEMO_DEVICE}/FIELD`);
    await page.getByRole("button", { name: "Copied" }).waitFor();
  });

  test("a value is recorded by hand; one that is none is refused in words, where it was typed", async () => {
    const { page } = visitor;
    await visitor.goto(at);
    await page.getByRole("button", { name: "Record a value" }).click();
    const value = page.getByRole("textbox", { name: "Value" });
    await value.fill("warm");
    await page.getByRole("button", { name: "Record", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await value.fill("18,25");
    await page.getByRole("button", { name: "Record", exact: true }).click();
    await page.getByText("18.3", { exact: true }).waitFor();
  });

  test("nothing that was typed is lost: when others change the device, and when the session ends", async () => {
    const visitor = await Visitor.open(server);
    await visitor.signIn();
    const { page } = visitor;
    const device = `/products/${DEMO_DEVICE.replace("/", "/devices/")}`;
    await visitor.goto(`${at}?tab=configuration`);
    const location = page.getByRole("textbox", { name: "Location" });
    const save = page.getByRole("button", { name: "Save", exact: true });
    const stored = async () => (await visitor.api("GET", device)).location;
    await location.fill("typed here");
    await visitor.api("PATCH", device, { location: "changed elsewhere" });
    // what is asked for anew meanwhile changes nothing of it, and what others did is not written over without a word
    await save.click();
    await page.getByText("It was changed after you read it.").waitFor();
    expect([await location.inputValue(), await stored()]).toEqual(["typed here", "changed elsewhere"]);
    await page.getByRole("button", { name: "Keep mine, and save over it" }).click();
    await page.getByText("Save once more").waitFor();
    expect(await location.inputValue()).toBe("typed here");
    await save.click();
    for (let n = 0; n < 100 && (await stored()) !== "typed here"; n++) await Bun.sleep(20);
    await location.fill("typed once more");
    await visitor.api("PATCH", device, { location: "another time" });
    await save.click();
    await page.getByRole("button", { name: "Show what is there now" }).click();
    for (let n = 0; n < 100 && (await location.inputValue()) !== "another time"; n++) await Bun.sleep(20);
    expect(await location.inputValue()).toBe("another time");
    await location.fill("before the end");
    await visitor.context.clearCookies();
    await save.click();
    const again = page.getByRole("dialog", { name: "Sign in again" });
    await again.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await again.getByRole("button", { name: "Sign in" }).click();
    await again.waitFor({ state: "hidden" });
    expect(await location.inputValue()).toBe("before the end");
    await save.click();
    for (let n = 0; n < 100 && (await stored()) !== "before the end"; n++) await Bun.sleep(20);
    expect([await stored(), visitor.sins]).toEqual(["before the end", []]);
    await visitor.close();
  });

  test("history: three fields at first, a month in one click, zoom by the pointer, and the address has it all", async () => {
    const { page } = visitor;
    await visitor.goto(`${at}?tab=history`);
    await page.locator("canvas").nth(2).waitFor();
    await page.getByText("30 d", { exact: true }).click();
    await page.waitForURL("**span=30d**");
    await page.getByText(/^Means of/).waitFor();
    const box = await page.locator(".u-over").first().boundingBox();
    if (box === null) throw new Error("there is no chart");
    const pointed = page.locator(".u-legend").first();
    expect(await pointed.isVisible()).toBe(false);
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await pointed.getByText(/\d °C/).waitFor();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL("**from=**");
    const { searchParams } = new URL(page.url());
    const days =
      (Date.parse(searchParams.get("to")?.replaceAll('"', "") ?? "") -
        Date.parse(searchParams.get("from")?.replaceAll('"', "") ?? "")) /
      86_400_000;
    expect(days).toBeGreaterThan(5);
    expect(days).toBeLessThan(7);
    await page.goBack();
    await page.waitForURL("**span=30d**");
    await page.getByRole("button", { name: "Battery" }).click();
    await page.locator("canvas").nth(2).waitFor();
    expect(await page.getByRole("button", { name: "Battery" }).getAttribute("aria-pressed")).toBe("true");
    const csv = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
    const answer = await visitor.context.request.get(`${originOf(server)}${csv}`);
    expect((await answer.text()).split("\n", 1)[0]).toContain("BATTERY");
    await page.getByText("Table", { exact: true }).click();
    await page.getByRole("columnheader", { name: "Temperature, °C" }).waitFor();
    expect(await page.getByRole("row").count()).toBeGreaterThan(10);
    expect(visitor.sins).toEqual([]);
  });

  test("permissions: every account, what it may, and why", async () => {
    const { page } = visitor;
    await server.cli(
      "api-user",
      "create",
      "meter",
      "--can",
      "record_measurements",
      "--product",
      "room-climate",
      "--workspace",
      "demo",
    );
    await visitor.goto(`${at}?tab=permissions`);
    const meter = page.getByRole("row").filter({ hasText: "meter" });
    await meter.waitFor();
    expect(await meter.textContent()).toContain("record");
    expect(await page.getByRole("row").filter({ hasText: "owner@localhost" }).textContent()).toContain("everything");
  });

  test("configuration: saved, refused at its field, and kept from somebody else's change", async () => {
    const { page } = visitor;
    await visitor.goto(`${at}?tab=configuration`);
    await page.getByRole("textbox", { name: "Name" }).fill("Renamed room");
    await page.getByRole("textbox", { name: "Metadata" }).fill("[1]");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/This is no JSON object/).waitFor();
    await page.getByRole("textbox", { name: "Metadata" }).fill('{"floor": 2}');
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Renamed room" }).waitFor();
    expect(await page.title()).toBe("Renamed room · Devices · fieldcast");
    // changed meanwhile by somebody else
    const address = `${originOf(server)}/api/v1/products/${DEMO_DEVICE.replace("/", "/devices/")}`;
    const headers = { Authorization: `Token ${token}`, "If-Match": "*" };
    expect(
      (
        await fetch(address, {
          method: "PATCH",
          headers: { ...headers, "Content-Type": "application/json" },
          body: '{"location":"Roof"}',
        })
      ).status,
    ).toBe(200);
    await page.getByRole("textbox", { name: "Name" }).fill("Mine");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").waitFor();
  });

  test("deletion says what goes, takes the name, and goes back to the list", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/devices/room-climate/ro-0005?tab=configuration");
    await page.getByRole("button", { name: "Delete device" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/measurements in 4 series go with it/).waitFor();
    await dialog.getByRole("textbox").fill("Corridor 0.21");
    await dialog.getByRole("button", { name: "Delete device" }).click();
    await page.getByText("19 devices").waitFor();
    await visitor.goto("w/demo/devices/room-climate/ro-0005");
    await page
      .getByRole("alert")
      .getByText(/ro-0005/)
      .waitFor();
    await page.getByRole("link", { name: "To the devices" }).click();
    await page.getByText("19 devices").waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
