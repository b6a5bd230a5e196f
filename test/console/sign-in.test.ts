import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { have } from "../run/have.ts";
import { CLIENT_ID, CLIENT_SECRET, startIdentityService } from "../run/identity.ts";
import { steadyPort } from "../run/ports.ts";
import type { TestServer } from "../run/server.ts";
import { consoleServer, OWNER, originOf, PASSWORD, Visitor } from "./browser.ts";

/** First run, and every way in. */

const NEXT = "eight yellow bottles";
const skip = !have("chromium");

describe.skipIf(skip)("people come in", () => {
  let server: TestServer;
  let owner: Visitor;
  beforeAll(async () => {
    server = await consoleServer({ untouched: true });
    owner = await Visitor.open(server);
  });
  afterAll(async () => {
    await owner.close();
    await server.remove();
  });
  const devices = (visitor: Visitor) => visitor.page.getByRole("heading", { name: "Home", exact: true }).waitFor();

  test("the link of the first start: address, password, and there they are; it works once", async () => {
    const link = /http:\/\/127\.0\.0\.1:\d+\/link\/[0-9a-f]{64}/.exec(server.log())?.[0] ?? "";
    const { page } = owner;
    await page.goto(link);
    await page.getByRole("heading", { name: "Set up your account" }).waitFor();
    // the secret is sent to nobody who keeps addresses
    expect(page.url()).toMatch(/\/console\/link#[0-9a-f]{64}$/);
    await page.getByLabel("E-mail address").fill("ada@example.com");
    await page.getByLabel("New password", { exact: true }).fill("ada@example.com");
    await page.getByRole("button", { name: "Save and sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Save and sign in" }).click();
    await devices(owner);
    await page.goto(link);
    await page.getByRole("heading", { name: "This link is over" }).waitFor();
    await page.getByText("bin/fieldcast setup-link").waitFor();
    expect(owner.sins).toEqual([]);
  });

  test("a program that opens the link gets the form, as before", async () => {
    const { link } = (await server.operation("setupLink", {})) as { link: string };
    expect(await (await server.http(link)).text()).toContain("<form");
  });

  test("an invitation: a second person chooses a password and is in", async () => {
    const made = await owner.api("POST", "/workspaces/home/invitations", { email: "bob@example.com", role: "member" });
    const bob = await Visitor.open(server, { width: 375, scheme: "dark" });
    await bob.page.goto(String(made.link));
    await bob.page.getByText("Join Home as member, with the address bob@example.com.").waitFor();
    await bob.page.getByLabel("Password", { exact: true }).fill(NEXT);
    await bob.page.getByRole("button", { name: "Join" }).click();
    await devices(bob);
    expect(bob.sins).toEqual([]);
    await bob.close();
  });

  test("a forgotten password: without mail the page says what to do, and a link that is handed over sets another", async () => {
    const bob = await Visitor.open(server);
    await bob.goto("sign-in");
    await bob.page.getByRole("button", { name: "Forgot your password?" }).click();
    await bob.page.getByText("bin/fieldcast setup-link").waitFor();
    const made = await owner.api("POST", "/users/reset-link", { email: "bob@example.com" });
    await bob.page.goto(String(made.link));
    await bob.page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    await bob.page.getByLabel("New password", { exact: true }).fill("nine red bottles");
    await bob.page.getByRole("button", { name: "Save and sign in" }).click();
    await devices(bob);
    await bob.close();
  });

  test("a second factor is asked for when the account has one; signing out leads back", async () => {
    const { secret } = await owner.api("POST", "/account/second-factor", { password: PASSWORD });
    const totp = new TOTP({ secret: Secret.fromBase32(String(secret)) });
    const begun = Date.now();
    const confirmed = await owner.api("POST", "/account/second-factor/confirm", {
      code: totp.generate({ timestamp: begun }),
    });
    const [recovery = ""] = confirmed.recovery_codes as string[];
    await owner.goto();
    await devices(owner);
    await owner.page.getByRole("button", { name: "Your account" }).click();
    await owner.page.getByRole("menuitem", { name: "Sign out" }).click();
    await owner.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await owner.page.getByLabel("E-mail address").fill("ada@example.com");
    await owner.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await owner.page.getByRole("button", { name: "Sign in" }).click();
    const code = owner.page.getByLabel("Code of your second factor");
    await code.fill("000000");
    await owner.page.getByRole("button", { name: "Sign in" }).click();
    await owner.page.getByRole("alert").waitFor();
    await code.fill(recovery);
    await owner.page.getByRole("button", { name: "Sign in" }).click();
    await devices(owner);
    expect(owner.sins).toEqual([]);
  });

  test("a session that is ended elsewhere leads to the sign-in, and back to where one was", async () => {
    const bob = await Visitor.open(server);
    await bob.signIn("bob@example.com", "nine red bottles");
    await bob.goto("w/home/devices?q=000001");
    await bob.page.getByText("First device").waitFor();
    const other = await Visitor.open(server);
    await other.signIn("bob@example.com", "nine red bottles");
    await other.api("POST", "/account/sign-out-everywhere", {});
    await other.close();
    await bob.page.getByRole("link", { name: "First device" }).click();
    await bob.page.getByText("Your session has ended. What you typed is still here").waitFor();
    await bob.page.getByLabel("E-mail address").fill("bob@example.com");
    await bob.page.getByLabel("Password", { exact: true }).fill("nine red bottles");
    await bob.page.getByRole("button", { name: "Sign in" }).click();
    await bob.page.getByRole("heading", { name: "First device" }).waitFor();
    await bob.close();
  });
});

describe.skipIf(skip)("another service", () => {
  test("people sign in there, and come back signed in", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldcast-console-openid-"));
    const file = join(folder, "secret");
    writeFileSync(file, `${CLIENT_SECRET}\n`);
    const url = `http://127.0.0.1:${steadyPort()}`;
    const service = await startIdentityService(`${url}/api/v1/auth/openid/callback`, {
      sub: "ada",
      email: OWNER,
      email_verified: true,
    });
    const flags = ["--http", url.slice("http://".length), "--public-url", url, "--oidc-issuer", service.issuer];
    flags.push("--oidc-client-id", CLIENT_ID, "--oidc-client-secret-file", file);
    const server = await consoleServer({ flags });
    const visitor = await Visitor.open(server);
    await visitor.goto("sign-in");
    await visitor.page.getByRole("link", { name: "Sign in with your organisation" }).click();
    await visitor.page.getByRole("heading", { name: "Home", exact: true }).waitFor();
    expect(new URL(visitor.page.url()).origin).toBe(originOf(server));
    await visitor.close();
    await server.remove();
    await service.stop();
    rmSync(folder, { recursive: true });
  });
});
