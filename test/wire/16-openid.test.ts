import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../../src/base/errors.ts";
import { OpenIdProvider } from "../../src/people/openid.ts";
import { CLIENT_ID, CLIENT_SECRET, type IdentityService, startIdentityService } from "../run/identity.ts";
import { startServer, type TestServer } from "../run/server.ts";

/** Signing in with OpenID Connect, with a real provider that runs here. */

const OWNER = { sub: "ada", email: "Owner@localhost", email_verified: true };
const MOST_STEPS = 12;

let service: IdentityService;
let server: TestServer;
let folder: string;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => void probe.close(() => resolve()));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Links and redirects name the port, so it is chosen before the server starts; somebody may take it in between. */
async function startBoth(file: string, attempts: number): Promise<void> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  service = await startIdentityService(`${url}/api/v1/auth/openid/callback`, OWNER);
  const flags = ["--http", `127.0.0.1:${port}`, "--public-url", url, "--oidc-issuer", service.issuer];
  flags.push("--oidc-client-id", CLIENT_ID, "--oidc-client-secret-file", file);
  try {
    server = await startServer({ fleet: null, flags });
  } catch (error) {
    await service.stop();
    if (attempts <= 1 || !String(error).includes("the port is taken")) throw error;
    await startBoth(file, attempts - 1);
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldcast-openid-"));
  const file = join(folder, "secret");
  writeFileSync(file, `${CLIENT_SECRET}\n`);
  await startBoth(file, 5);
});
afterAll(async () => {
  await server?.remove();
  await service?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** A browser that follows redirects over both hosts, each with its own cookies. */
class Browser {
  private readonly jars = new Map<string, Map<string, string>>();
  visited: string[] = [];

  jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.jars.get(host) ?? new Map<string, string>();
    this.jars.set(host, jar);
    return jar;
  }
  async get(url: string): Promise<Response> {
    const cookie = [...this.jar(url)].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: cookie === "" ? {} : { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";", 1);
      const at = pair.indexOf("=");
      if (pair.length === at + 1) this.jar(url).delete(pair.slice(0, at));
      else this.jar(url).set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
  /** Follows redirects to their end, or until one that `stop` says. */
  async follow(first: string, stop: (url: string) => boolean = () => false): Promise<Response> {
    let url = first;
    for (let i = 0; i < MOST_STEPS; i++) {
      this.visited.push(url);
      const answer = await this.get(url);
      const to = answer.headers.get("Location");
      if (to === null) return answer;
      url = new URL(to, url).href;
      if (stop(url)) {
        this.visited.push(url);
        return answer;
      }
    }
    throw new Error(`more than ${MOST_STEPS} redirects: ${this.visited.join(" ")}`);
  }
  async session(): Promise<Record<string, unknown>> {
    // the test says what it expects of it
    return (await (await this.get(`${base()}/api/v1/auth/session`)).json()) as Record<string, unknown>;
  }
}
const base = () => `http://127.0.0.1:${server.ports.http}`;
const begin = () => `${base()}/api/v1/auth/openid`;

describe("OpenID Connect", () => {
  test("an account is found by its verified address, and from then on by its subject", async () => {
    service.someone = OWNER;
    const browser = new Browser();
    const end = await browser.follow(begin());
    expect([end.status, end.url]).toEqual([200, `${base()}/`]);
    expect(await browser.session()).toMatchObject({
      signed_in: true,
      email: "owner@localhost",
      ways: { openid: true },
    });
    // another address, not verified, but the same person
    service.someone = { sub: "ada", email: "ada@elsewhere.example", email_verified: false };
    const later = new Browser();
    await later.follow(begin());
    expect(await later.session()).toMatchObject({ signed_in: true, email: "owner@localhost" });
    // PKCE, state and nonce go out
    const asked = new URL(browser.visited.find((url) => url.startsWith(`${service.issuer}/auth?`)) ?? "");
    for (const name of ["code_challenge", "state", "nonce"]) expect(asked.searchParams.get(name)).toBeTruthy();
    expect(asked.searchParams.get("code_challenge_method")).toBe("S256");
  });

  test.each([
    ["nobody has the address", { sub: "eve", email: "eve@example.com", email_verified: true }],
    ["the address is not verified", { sub: "mallory", email: "owner@localhost", email_verified: false }],
  ])("lets nobody in when %s", async (_, someone) => {
    service.someone = someone;
    const browser = new Browser();
    const end = await browser.follow(begin());
    expect(end.status).toBe(403);
    expect(end.headers.get("Content-Type")).toContain("text/html");
    expect(await browser.session()).toMatchObject({ signed_in: false });
  });

  test("an invitation is accepted by the address that it is for", async () => {
    const link = await server.operation("setupLink");
    const secret =
      String((link as { link: string }).link)
        .split("/")
        .at(-1) ?? "";
    const json = { "Content-Type": "application/json" };
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${base()}${path}`, { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(body) });
    await post("/api/v1/auth/link/use", { secret, password: "seven green bottles" });
    const signIn = await post("/api/v1/auth/sign-in", { email: "owner@localhost", password: "seven green bottles" });
    const { csrf_token: csrf } = (await signIn.json()) as { csrf_token: string };
    const cookie = signIn.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
    const wish = { email: "bob@example.com", role: "observer" };
    const invited = await post("/api/v1/workspaces/home/invitations", wish, { cookie, "X-CSRF-Token": csrf });
    expect(invited.status).toBe(201);
    service.someone = { sub: "bob", email: "bob@example.com", email_verified: true };
    const browser = new Browser();
    await browser.follow(begin());
    expect(await browser.session()).toMatchObject({ signed_in: true, email: "bob@example.com", admin: false });
  });

  test("what comes back counts once, in the browser that began, with the state that it began with", async () => {
    service.someone = OWNER;
    const isCallback = (url: string) => url.startsWith(`${base()}/api/v1/auth/openid/callback`);
    // somebody else's browser is led to what comes back for this one (login CSRF)
    const browser = new Browser();
    await browser.follow(begin(), isCallback);
    const callback = browser.visited.at(-1) ?? "";
    const other = new Browser();
    expect((await other.get(callback)).status).toBe(401);
    await other.follow(begin(), isCallback);
    expect((await other.get(callback)).status).toBe(401);
    expect(await other.session()).toMatchObject({ signed_in: false });
    // another state
    const forged = new Browser();
    await forged.follow(begin(), isCallback);
    const url = new URL(forged.visited.at(-1) ?? "");
    url.searchParams.set("state", "forged");
    expect((await forged.get(url.href)).status).toBe(401);
    // and the browser itself: once
    expect((await browser.get(callback)).status).toBe(303);
    expect(await browser.session()).toMatchObject({ signed_in: true });
    expect((await browser.get(callback)).status).toBe(401);
  });

  test("a service that does not answer is a refusal, and asked again the next time", async () => {
    const issuer = `http://127.0.0.1:${await freePort()}`;
    const file = join(folder, "secret");
    const flags = ["--public-url", "http://127.0.0.1", "--oidc-issuer", issuer, "--oidc-client-id", "x"];
    const alone = await startServer({ fleet: null, flags: [...flags, "--oidc-client-secret-file", file] });
    try {
      for (let i = 0; i < 2; i++)
        expect((await alone.http("/api/v1/auth/openid", undefined, { redirect: "manual" })).status).toBe(401);
      expect(alone.log()).not.toContain(CLIENT_SECRET);
    } finally {
      await alone.remove();
    }
  });
});

test.each([
  ["with the keys that it names", false, OWNER.sub],
  ["with keys that its document does not have", true, "sign_in_failed"],
] as const)("an ID token that is signed %s: %p, %s", async (_, strange, expected) => {
  const redirect = "http://127.0.0.1:9/back";
  const other = await startIdentityService(redirect, OWNER);
  try {
    other.strangeKeys = strange;
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const { issuer } = other;
    const provider = new OpenIdProvider({ issuer, clientId: CLIENT_ID, secret: CLIENT_SECRET, redirect, log });
    const { url, flow } = await provider.begin();
    const browser = new Browser();
    await browser.follow(url, (to) => to.startsWith(redirect));
    const back = new URL(browser.visited.at(-1) ?? "");
    const result = await provider.finish(back.search, flow).then(
      ({ subject }) => subject,
      (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
    );
    expect(result).toBe(expected);
  } finally {
    await other.stop();
  }
});
