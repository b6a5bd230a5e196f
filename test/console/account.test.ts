import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Secret, TOTP } from "otpauth";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, OWNER, originOf, PASSWORD, Visitor } from "./browser.ts";

/** The own account, as people look after it. */
describe.skipIf(!have("chromium"))("your account", () => {
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

  test("a personal token is made, works, is rotated and revoked", async () => {
    const { page } = visitor;
    await visitor.goto();
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "Your account" }).click();
    await page.getByRole("button", { name: "Create token" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("laptop");
    await dialog.getByRole("button", { name: "Create token" }).click();
    const secret = dialog.getByText(/^[0-9a-f]{40}$/);
    const token = (await secret.textContent()) ?? "";
    expect((await server.http("/api/v1/rights", token)).status).toBe(200);
    await page.keyboard.press("Escape");
    await page.getByText(/Expires in 2 mo/).waitFor();
    await page.getByRole("button", { name: `Rotate the token …${token.slice(-4)}` }).click();
    await dialog.getByRole("textbox").fill(token.slice(-4));
    await dialog.getByRole("button", { name: "Rotate" }).click();
    const other = (await page.getByText(/^[0-9a-f]{40}$/).textContent()) ?? "";
    expect((await server.http("/api/v1/rights", token)).status).toBe(401);
    expect((await server.http("/api/v1/rights", other)).status).toBe(200);
    await page.getByRole("button", { name: `Revoke the token …${other.slice(-4)}` }).click();
    await dialog.getByRole("textbox").fill(other.slice(-4));
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await dialog.waitFor({ state: "detached" });
    expect((await server.http("/api/v1/rights", other)).status).toBe(401);
    expect(visitor.sins).toEqual([]);
  });

  test("a second factor is set up with a code, asked for at sign-in, and switched off", async () => {
    const { page } = visitor;
    await visitor.goto("account");
    await page.getByLabel("Your password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("img", { name: "QR code of the secret" }).waitFor();
    const secret = (await page.getByText(/^[A-Z2-7]{16,}$/).textContent()) ?? "";
    await page.getByRole("textbox", { name: "Code" }).fill("000000");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByRole("textbox", { name: "Code" }).fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Each of them signs you in once").waitFor();
    const recovery = ((await page.locator("code").first().textContent()) ?? "").split(/\s+/)[0] ?? "";
    const without = await fetch(`${originOf(server)}/api/v1/auth/sign-in`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: originOf(server) },
      body: JSON.stringify({ email: OWNER, password: PASSWORD }),
    });
    expect(without.status).toBe(401);
    await page.getByLabel("Your password").fill(PASSWORD);
    await page.getByRole("textbox", { name: "Code" }).fill(recovery);
    await page.getByRole("button", { name: "Switch off" }).click();
    await page.getByText("off", { exact: true }).waitFor();
    expect(visitor.sins).toEqual([]);
  });

  test("another browser is seen and signed out; a new password signs others out", async () => {
    const { page } = visitor;
    const other = await Visitor.open(server);
    await other.signIn();
    await visitor.goto("account");
    await page.getByText("this browser").waitFor();
    await page.getByRole("button", { name: "Sign out all others" }).click();
    await page.getByRole("button", { name: "Sign out all others" }).waitFor({ state: "detached" });
    const gone = await other.context.request.get(`${other.origin}/api/v1/account`);
    expect(gone.status()).toBe(401);
    await other.close();
    await page.getByLabel("Current password").fill("wrong");
    await page.getByLabel("New password").fill("ten green bottles on a wall");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Current password").fill(PASSWORD);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("The password is changed.").waitFor();
    expect(visitor.sins).toEqual([]);
  });
});
