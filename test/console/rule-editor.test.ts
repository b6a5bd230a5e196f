import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { axe } from "./axe.ts";
import { consoleServer, Visitor } from "./browser.ts";

/** What a rule is about is chosen, pasted or placed on a map; all of its actions is edited. */
describe.skipIf(!have("chromium"))("the editor of a rule", () => {
  let server: TestServer;
  let visitor: Visitor;
  beforeAll(async () => {
    server = await consoleServer({ demo: 12 });
    visitor = await Visitor.open(server);
    await visitor.signIn();
  });
  afterAll(async () => {
    await visitor.close();
    await server.remove();
  });
  const rules = "/workspaces/demo/rules";
  const open = async (rule: unknown) => {
    await visitor.goto(`w/demo/rules/${rule}?tab=settings`);
    await visitor.page.getByRole("button", { name: "Save" }).waitFor();
  };
  const saved = async (rule: unknown) => {
    const answer = visitor.page.waitForResponse((one) => one.request().method() === "PATCH");
    await visitor.page.getByRole("button", { name: "Save" }).click();
    expect([(await answer).status(), await (await answer).text()]).toEqual([200, expect.anything()]);
    return visitor.api("GET", `${rules}/${rule}`);
  };
  /** Pastes a text where the keyboard is. */
  const paste = async (text: string) => {
    await visitor.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await visitor.page.keyboard.press("Control+V");
  };

  test("fields, products, tags and devices are found by what is typed, by the keyboard alone, and pasted as lists", async () => {
    const { page } = visitor;
    const trigger = { type: "measurement", fields: ["TEMPERATURE"] };
    const { rule } = await visitor.api("POST", rules, { name: "picked", trigger });
    const { items } = await visitor.api("GET", "/devices?workspace=demo&product=room-climate");
    const [one, two, three] = (items as { readonly id: string }[]).map(({ id }) => id); // as the document says
    await open(rule);
    const fields = page.getByRole("combobox", { name: "Fields" });
    await fields.focus();
    await page.getByRole("option", { name: /BATTERY/ }).waitFor();
    // faster than the server answers
    await fields.fill("humi");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Products" }).fill("room");
    await page.getByRole("option", { name: /room-climate/ }).click();
    await page.getByRole("combobox", { name: "Tags" }).focus();
    await paste("cellar, attic;\nroof");
    const devices = page.getByRole("combobox", { name: "Devices" });
    await devices.fill(`${three}`);
    await page.getByRole("option", { name: `room-climate/${three}` }).click();
    await devices.focus();
    await paste(`room-climate/${one}\nnonsense\nroom-climate/${two}`);
    await page.getByText("Not taken: nonsense").waitFor();
    expect(await axe(page)).toEqual([]);
    expect(await saved(rule)).toMatchObject({
      trigger: { fields: ["TEMPERATURE", "HUMIDITY"] },
      scope: {
        products: ["room-climate"],
        tags: ["cellar", "attic", "roof"],
        devices: [three, one, two].map((device) => ({ product: "room-climate", device })),
      },
    });
    // the last chip goes by the keyboard
    await page.getByRole("combobox", { name: "Tags" }).press("Backspace");
    expect(await saved(rule)).toMatchObject({ scope: { tags: ["cellar", "attic"] } });
    await visitor.goto("w/demo/rules");
    await page.getByText(`For: products room-climate · tagged cellar, attic · room-climate/${three}`).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("a circle is placed by a click, moved and made larger by the keyboard and the pointer; its numbers follow, and it follows them", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/rules/new");
    await page.getByRole("textbox", { name: "Name" }).fill("left the yard");
    await page.getByRole("combobox", { name: "When" }).selectOption("geofence");
    const position = page.getByRole("combobox", { name: "Field with the position" });
    await position.fill("posi");
    await page.getByRole("option", { name: /POSITION/ }).click();
    const map = page.getByRole("region", { name: "Map with the circle" });
    await page.getByText("Click where the circle is to be.").waitFor();
    await map.click({ position: { x: 200, y: 150 } });
    const number = async (name: string) => Number(await page.getByRole("textbox", { name }).inputValue());
    const [lat, lng, radius] = [await number("Latitude"), await number("Longitude"), await number("Radius")];
    expect([Math.abs(lat) <= 90, Math.abs(lng) <= 180, radius > 0]).toEqual([true, true, true]);
    expect(await axe(page)).toEqual([]);
    await page.getByRole("button", { name: "Middle of the circle" }).press("ArrowUp");
    expect(await number("Latitude")).toBeGreaterThan(lat);
    await page.getByRole("button", { name: "Edge of the circle" }).press("Shift+ArrowRight");
    expect(await number("Radius")).toBeGreaterThan(radius);
    await page.getByRole("textbox", { name: "Latitude" }).fill("52.52");
    await page.getByRole("textbox", { name: "Longitude" }).fill("13.405");
    await page.getByRole("textbox", { name: "Radius" }).fill("500");
    const middle = page.getByRole("button", { name: "Middle of the circle" });
    await middle.scrollIntoViewIfNeeded();
    const box = await middle.boundingBox();
    const frame = await map.boundingBox();
    if (box === null || frame === null) throw new Error("the circle is not on the map");
    expect(box.x > frame.x && box.x < frame.x + frame.width).toBe(true);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 60, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    const moved = await number("Longitude");
    expect(moved).toBeGreaterThan(13.405);
    const answer = page.waitForResponse((one) => one.request().method() === "POST" && one.url().endsWith("/rules"));
    await page.getByRole("button", { name: "Create rule" }).click();
    expect(await (await answer).json()).toMatchObject({
      trigger: { type: "geofence", field: "POSITION", lng: moved, radius: 500, event: "enter" },
    });
    expect(visitor.sins).toEqual([]);
  });

  test("headers, a secret, what is retained and how long a mail gathers are edited; a secret is written, and never shown", async () => {
    const { page } = visitor;
    const trigger = { type: "measurement", fields: ["TEMPERATURE"] };
    const actions = [
      { type: "webhook", url: "https://hooks.example.com/a", headers: { "X-Key": "very-secret" } },
      { type: "message", topic: "alarm" },
      { type: "email", to: ["ann@example.com"] },
      { type: "downlink", downlink: "open", values: { A: "1, 2" } },
    ];
    await visitor.api("POST", "/products/room-climate/downlinks", { name: "open", hex: "01" });
    const scope = { products: ["room-climate"] };
    const { rule } = await visitor.api("POST", rules, { name: "acting", scope, trigger, actions });
    await open(rule);
    await page.getByRole("button", { name: "Add header" }).click();
    await page.getByRole("textbox", { name: "Name of header 2" }).fill("X-Place");
    await page.getByRole("textbox", { name: "Value of header 2" }).fill("{{ device.name }}");
    await page.getByRole("button", { name: "Make one" }).click();
    const secret = await page.getByLabel("Secret", { exact: true }).inputValue();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await page.getByRole("switch", { name: "Retain" }).click();
    await page.getByRole("textbox", { name: "Gather for (s)" }).fill("300");
    await page.getByRole("combobox", { name: "To", exact: true }).focus();
    await paste("bob@example.com; eve@example.com");
    await page.getByRole("textbox", { name: /^Values, one in a line/ }).press("End");
    await page.keyboard.type("\nB={{ value }}");
    expect(await axe(page)).toEqual([]);
    expect(await saved(rule)).toMatchObject({
      actions: [
        { headers: { "X-Key": null, "X-Place": null }, secret: "…" },
        { retain: true },
        { to: ["ann@example.com", "bob@example.com", "eve@example.com"], digest: 300 },
        { values: { A: "1, 2", B: "{{ value }}" } },
      ],
    });
    await page.getByText("Requests are signed with a secret, which is never shown.").waitFor();
    expect(await page.content()).not.toContain(secret);
    // with the secrets of the rule as it is saved
    await page.getByRole("button", { name: "Show what it would be" }).first().click();
    await page.getByRole("status").getByText("headers.X-Key: …").waitFor();
    await page.getByRole("button", { name: "Sign no more" }).click();
    expect(await saved(rule)).toMatchObject({ actions: [{ headers: { "X-Key": null }, secret: null }, {}, {}, {}] });
    expect(visitor.sins).toEqual([]);
  });

  test("a refusal is told in the language of the page: at the field, once; with what the server says where that says more", async () => {
    const german = await Visitor.open(server, { locale: "de-DE" });
    await german.signIn();
    const { page } = german;
    await german.goto("w/demo/rules/new");
    await page.getByRole("textbox", { name: "Name" }).fill("zu warm");
    await page.getByRole("combobox", { name: "Felder" }).fill("nope,");
    await page.getByRole("textbox", { name: "Aktionen je Stunde höchstens" }).fill("0");
    await page.getByRole("button", { name: "Regel anlegen" }).click();
    await page.getByText("muss mindestens 1 sein").waitFor();
    const note = page.getByRole("alert");
    await note.getByText("Es ist markiert, wo es steht.").waitFor();
    expect(await note.innerText()).not.toMatch(/limit|mindestens|trigger/);
    expect(await axe(page)).toEqual([]);
    await page.getByRole("textbox", { name: "Aktionen je Stunde höchstens" }).fill("");
    await page.getByRole("button", { name: "Regel anlegen" }).click();
    await page.getByText(/has the field NOPE/).waitFor();
    await german.goto("w/demo/devices/room-climate/nothing");
    await page.getByRole("alert").getByText("Das Gerät gibt es nicht, oder du darfst es nicht sehen.").waitFor();
    await page.getByRole("alert").getByText('no device with the id or serial "nothing"').waitFor();
    expect(german.sins).toEqual([]);
    await german.close();
    const stranger = await Visitor.open(server, { locale: "de-DE" });
    await stranger.goto("sign-in");
    await stranger.page.getByRole("textbox", { name: "E-Mail-Adresse" }).fill("owner@localhost");
    await stranger.page.getByLabel("Passwort", { exact: true }).fill("wrong");
    await stranger.page.getByRole("button", { name: "Anmelden" }).click();
    const wrong = stranger.page.getByRole("alert");
    await wrong.getByText("E-Mail-Adresse, Passwort oder Code stimmen nicht.").waitFor();
    expect((await wrong.innerText()).trim().split("\n")).toHaveLength(1);
    await stranger.close();
  });
});
