import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectAsync } from "mqtt";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { consoleServer, originOf, Visitor } from "./browser.ts";

/** Who may do what, as people use its page. */
describe.skipIf(!have("chromium"))("access", () => {
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

  test("a read-only token for one device, in twelve acts; MQTT and see as prove what it may", async () => {
    const { page } = visitor;
    let acts = 0;
    const click = async (name: string | RegExp, role: "button" | "link" | "option" | "checkbox" = "button") => {
      acts++;
      await page.getByRole(role, { name, exact: typeof name === "string" }).click();
    };
    const fill = async (name: string, text: string) => {
      acts++;
      await page.getByRole("textbox", { name, exact: true }).fill(text);
    };
    await visitor.goto("w/demo/devices");
    await page.getByText("20 devices").waitFor();
    await click("Access", "link");
    await click("API users", "link");
    await click("Create API user");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await fill("Name", "wall display");
    const made = dialog.getByRole("button", { name: "Create API user" });
    expect(await made.isDisabled()).toBe(true);
    await dialog.getByRole("combobox", { name: "Product" }).click();
    acts++;
    await click(/^Room climate/, "option");
    await dialog.getByRole("combobox", { name: "Device" }).click();
    acts++;
    await dialog.getByRole("combobox", { name: "Device" }).fill("ro-0003");
    acts++;
    await click(/ro-0003/, "option");
    await dialog.getByText("May see ro-0003 of room-climate.").waitFor();
    acts++;
    await made.click();
    const token = await dialog.getByText(/^[0-9a-f]{40}$/).textContent();
    if (token === null) throw new Error("no token is shown");
    const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, {
      username: token,
      password: token,
      protocolVersion: 5,
    });
    const refused = client.publishAsync("dtck-pub/room-climate/ro-0003/TEMPERATURE", "1", { qos: 1 });
    expect(await refused.catch((error: { code: number }) => error.code)).toBe(0x87);
    await click(/^See as wall display/, "link");
    expect(acts).toBeLessThanOrEqual(12);
    const seeAs = page.getByRole("table", { name: "Devices" });
    await seeAs.waitFor();
    await page.getByRole("textbox", { name: "Search devices" }).fill("ro-000");
    const own = seeAs.getByRole("row").filter({ hasText: "grant" });
    await own.waitFor();
    expect(await own.textContent()).toMatch(/yesno/);
    expect(await seeAs.getByRole("row").filter({ hasText: "nono" }).count()).toBeGreaterThan(1);
    expect(visitor.sins).toEqual([]);

    // its use is seen: revoking says that something is connected
    await page.getByText(/Last used/).waitFor();
    await page.getByRole("button", { name: /^Revoke the token/ }).click();
    await page.getByText("One MQTT connection of this API user is open.").waitFor();
    const closed = new Promise<void>((done) => client.once("close", () => done()));
    const revoke = page.getByRole("dialog").getByRole("button", { name: "Revoke" });
    expect(await revoke.isDisabled()).toBe(true);
    await page.getByRole("dialog").getByRole("textbox").fill(token.slice(-4));
    await revoke.click();
    await closed;
    await client.endAsync(true);
    await page.getByText("Without a token nothing can act as this API user.").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("the broker says no with what would work, and yes when the grant is there", async () => {
    const { page } = visitor;
    await server.cli(
      "api-user",
      "create",
      "meter",
      "--can",
      "view",
      "--product",
      "room-climate",
      "--workspace",
      "demo",
    );
    await visitor.goto("w/demo/access?tab=api-users");
    await page.getByRole("link", { name: "meter" }).click();
    await page.getByRole("textbox", { name: "Topic" }).fill("dtck-pub/room-climate/ro-0003/TEMPERATURE");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByText("No: meter may not publish there").waitFor();
    await page.getByText("not_permitted").waitFor();
    await page.getByRole("checkbox", { name: "record", exact: true }).check();
    await page.getByText("May see and record for all devices of room-climate.").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("button[data-loading]").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByText("Yes: meter may publish there").waitFor();
    await page.getByRole("textbox", { name: "Topic" }).fill("dtck-pub/room-climate/ro-0003/TEMPERATUR");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByText("This would work").waitFor();
    await page.getByRole("button", { name: "Ask about it" }).click();
    await page.getByText("Yes: meter may publish there").waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("its devices appear in Home Assistant, and the page says what is entered there", async () => {
    const { page } = visitor;
    const part = page.getByRole("region", { name: "Home Assistant" });
    await part.getByRole("checkbox", { name: "Its devices appear in Home Assistant" }).check();
    await part.getByRole("textbox", { name: "Discovery prefix" }).fill("dtck");
    await part.getByRole("button", { name: "Apply" }).click();
    await part.getByText(/belong to the platform/).waitFor();
    await part.getByRole("textbox", { name: "Discovery prefix" }).fill("homeassistant");
    await part.getByRole("button", { name: "Apply" }).click();
    await part.getByText(String(server.ports.mqtt)).waitFor();
    await part.getByText("a token of this API user, in both").waitFor();
    expect(JSON.parse((await server.cli("api-user", "list", "--workspace", "demo", "--json")).out)).toContainEqual(
      expect.objectContaining({ name: "meter", home_assistant: "homeassistant" }),
    );
    expect(visitor.sins).toEqual([]);
  });

  test("a token is rotated: the new one is shown once, the old one ends later", async () => {
    const { page } = visitor;
    await page.getByRole("button", { name: /^Rotate the token/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "The old token stays good for" }).selectOption("3600");
    await dialog.getByRole("button", { name: "Rotate" }).click();
    const token = (await dialog.getByText(/^[0-9a-f]{40}$/).textContent()) ?? "";
    await page.keyboard.press("Escape");
    await page.getByText(/in 59 min/).waitFor();
    expect(await page.getByText(token).count()).toBe(0);
    expect((await server.http("/api/v1/rights", token)).status).toBe(200);
  });

  test("somebody is invited by a link, takes a role, and is removed", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/access");
    await page.getByRole("button", { name: "Invite" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "E-mail address" }).fill("bob@example.com");
    await dialog.getByRole("combobox", { name: "Role" }).selectOption("observer");
    await dialog.getByRole("button", { name: "Invite" }).click();
    const link = (await dialog.getByText(/^http/).textContent()) ?? "";
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Invitations that wait" }).waitFor();
    const secret = /[0-9a-f]{64}/.exec(link)?.[0];
    const accepted = await server.http("/api/v1/auth/link/use", undefined, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: originOf(server) },
      body: JSON.stringify({ secret, password: "eight green bottles" }),
    });
    expect(accepted.status).toBe(200);
    await page.reload();
    const role = page.getByRole("combobox", { name: "Role of bob@example.com" });
    await role.selectOption("member");
    await until("bob is a member", async () => (await role.inputValue()) === "member");
    // the second account sees its own: no workspace but this one, and no buttons that it may not press
    const bob = await Visitor.open(server);
    await bob.signIn("bob@example.com", "eight green bottles");
    await bob.goto("w/demo/access?tab=api-users");
    await bob.page.getByRole("alert").waitFor();
    expect(await bob.page.getByRole("button", { name: "Create API user" }).isDisabled()).toBe(true);
    expect(await bob.page.getByRole("link", { name: "System" }).count()).toBe(0);
    expect(bob.sins).toEqual([]);
    await bob.close();
    await page.getByRole("button", { name: "Remove bob@example.com" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("bob@example.com");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("bob@example.com").first().waitFor({ state: "detached" });
    expect(visitor.sins).toEqual([]);
  });

  test("the audit log says who did it, and what was different", async () => {
    const { page } = visitor;
    await visitor.goto("w/demo/access?tab=audit&action=api_user");
    const entry = page.getByRole("group").filter({ hasText: "api_user.update" }).nth(1); // behind that of Home Assistant
    await entry.click();
    await entry.getByText(/record_measurements/).waitFor();
    expect(await entry.textContent()).toContain("owner@localhost");
    await page.getByRole("textbox", { name: "Action" }).fill("membership");
    await page.getByText("membership.update").first().waitFor();
    await page.waitForURL("**action=membership**");
    expect(visitor.sins).toEqual([]);
  });
});
