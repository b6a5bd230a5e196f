import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { Secret, TOTP } from "otpauth";
import { startServer, type TestServer } from "../run/server.ts";

/** People on a running server: from the link of the first start on, as browsers and scripts do it. */

const PASSWORD = "seven green bottles";
const NEXT = "eight yellow bottles";
const servers: TestServer[] = [];
const folders: string[] = [];
afterAll(async () => {
  for (const server of servers) await server.remove();
  for (const folder of folders) rmSync(folder, { recursive: true });
});
async function start(options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer({ fleet: null, ...options });
  servers.push(server);
  return server;
}
const linkIn = (text: string) => /http:\/\/127\.0\.0\.1:\d+(\/link\/[0-9a-f]{64})/.exec(text)?.[1] ?? "";
const secretOf = (link: string) => link.slice(link.lastIndexOf("/") + 1);

/** A browser: it keeps its cookie, and sends what browsers send. */
class Browser {
  cookie = "";
  csrf = "";
  constructor(private readonly server: TestServer) {}

  async ask(method: string, path: string, body?: object) {
    const headers = new Headers({ "Sec-Fetch-Site": "same-origin" });
    if (this.cookie !== "") headers.set("Cookie", this.cookie);
    if (method !== "GET") headers.set("Origin", `http://127.0.0.1:${this.server.ports.http}`);
    if (method !== "GET" && this.csrf !== "") headers.set("X-CSRF-Token", this.csrf);
    if (body !== undefined) headers.set("Content-Type", "application/json");
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const answer = await this.server.http(path, undefined, init);
    const [cookie] = (answer.headers.get("Set-Cookie") ?? "").split(";", 1);
    if (cookie) this.cookie = cookie.endsWith("=") ? "" : cookie;
    // what the test expects of it, it says
    const json = (await answer.json()) as Record<string, unknown>;
    if (typeof json.csrf_token === "string") this.csrf = json.csrf_token;
    return { status: answer.status, json };
  }
  async signIn(email: string, password: string, code?: string) {
    return this.ask("POST", "/api/v1/auth/sign-in", { email, password, ...(code !== undefined && { code }) });
  }
}

describe("people", () => {
  test("set-up link → sign in → invite → second person → second factor → restart → sign out everywhere", async () => {
    const server = await start();
    // the page of the link, as the banner shows it
    const link = linkIn(server.log());
    expect((await server.http(link)).status).toBe(200);
    const form = new URLSearchParams({ email: "ada@example.com", password: PASSWORD });
    const set = await server.http(link, undefined, { method: "POST", body: form });
    expect([set.status, (await set.text()).includes("ada@example.com")]).toEqual([200, true]);
    expect((await server.http(link)).status).toBe(410);

    const ada = new Browser(server);
    expect((await ada.signIn("owner@localhost", PASSWORD)).status).toBe(401);
    expect((await ada.signIn("ada@example.com", PASSWORD)).status).toBe(200);
    expect((await ada.ask("GET", "/api/v1/account")).json).toMatchObject({ email: "ada@example.com", admin: true });

    const invited = await ada.ask("POST", "/api/v1/workspaces/home/invitations", {
      email: "bob@example.com",
      role: "admin",
    });
    expect(invited).toMatchObject({ status: 201, json: { mailed: false } });
    const bob = new Browser(server);
    const secret = secretOf(String(invited.json.link));
    expect((await bob.ask("POST", "/api/v1/auth/link", { secret })).json).toMatchObject({ email: "bob@example.com" });
    expect((await bob.ask("POST", "/api/v1/auth/link/use", { secret, password: NEXT })).status).toBe(200);
    expect((await bob.signIn("bob@example.com", NEXT)).status).toBe(200);

    // a token of bob's works at once, and carries bob's rights
    const made = await bob.ask("POST", "/api/v1/account/tokens", { name: "script" });
    const token = String(made.json.secret);
    expect((await server.http("/v1/devices/", token)).status).toBe(200);

    const begun = await bob.ask("POST", "/api/v1/account/second-factor", { password: NEXT });
    const app = new TOTP({ secret: Secret.fromBase32(String(begun.json.secret)) });
    const confirmed = await bob.ask("POST", "/api/v1/account/second-factor/confirm", { code: app.generate() });
    expect(confirmed.status).toBe(200);
    const [recovery = ""] = confirmed.json.recovery_codes as string[];
    const phone = new Browser(server);
    expect((await phone.signIn("bob@example.com", NEXT)).json).toMatchObject({ code: "second_factor_needed" });
    expect((await phone.signIn("bob@example.com", NEXT, recovery)).status).toBe(200);

    await server.restart();
    expect((await phone.ask("GET", "/api/v1/account/sessions")).json.items).toHaveLength(2);
    expect((await bob.ask("POST", "/api/v1/account/sign-out-everywhere", {})).status).toBe(200);
    for (const browser of [bob, phone]) expect((await browser.ask("GET", "/api/v1/account")).status).toBe(401);
    expect((await ada.ask("GET", "/api/v1/account")).status).toBe(200);
    expect((await server.http("/v1/devices/", token)).status).toBe(200);

    // who did it, and never with what
    const audit = await server.cli("audit", "--json");
    for (const action of [
      "account.set_up",
      "account.signed_in",
      "account.invited",
      "account.joined",
      "account.second_factor_on",
    ])
      expect(audit.out).toContain(action);
    // the banner shows the first token and link, and nothing shows anything else
    for (const one of [PASSWORD, NEXT, secret, token, recovery, ada.cookie.split("=")[1] ?? "?"])
      for (const text of [audit.out, server.log()]) expect(text).not.toContain(one);
  });

  test("a cookie opens neither MQTT over WebSocket nor the compatible addresses", async () => {
    const server = await start();
    await server.http(linkIn(server.log()), undefined, {
      method: "POST",
      body: new URLSearchParams({ email: "owner@localhost", password: PASSWORD }),
    });
    const ada = new Browser(server);
    await ada.signIn("owner@localhost", PASSWORD);
    const headers = { Cookie: ada.cookie, "X-CSRF-Token": ada.csrf };
    expect((await server.http("/v1/devices/", undefined, { headers })).status).toBe(401);
    // CONNECT of MQTT 5 without credentials: the answer is a refusal, cookie or not
    const socket = new WebSocket(`ws://127.0.0.1:${server.ports.http}/mqtt`, { protocols: ["mqtt"], headers });
    socket.binaryType = "arraybuffer";
    const { promise: connack, resolve } = Promise.withResolvers<Uint8Array>();
    socket.onmessage = ({ data }) => resolve(new Uint8Array(data as ArrayBuffer)); // by its binaryType
    socket.onopen = () => void socket.send(new Uint8Array([0x10, 14, 0, 4, 77, 81, 84, 84, 5, 2, 0, 0, 0, 0, 1, 97]));
    const [type, , , reason] = await connack;
    expect([type, reason]).toEqual([0x20, 0x86]);
    socket.close();
  });

  test("a page of our own gets a ticket, is an MQTT client with it, and stops being one at sign-out", async () => {
    const server = await start();
    const form = new URLSearchParams({ email: "owner@localhost", password: PASSWORD });
    await server.http(linkIn(server.log()), undefined, { method: "POST", body: form });
    const ada = new Browser(server);
    await ada.signIn("owner@localhost", PASSWORD);
    const page = `http://127.0.0.1:${server.ports.http}`;
    const ticketOf = async () => String((await ada.ask("POST", "/api/v1/account/mqtt-tickets", {})).json.ticket);
    const connect = (ticket: string, origin: string) =>
      connectAsync(`ws://127.0.0.1:${server.ports.http}/mqtt`, {
        username: ticket,
        password: ticket,
        protocolVersion: 5,
        reconnectPeriod: 0,
        wsOptions: { origin },
      });
    const ticket = await ticketOf();
    const client = await connect(ticket, page);
    await client.subscribeAsync("dtck/my-product/+/+", { qos: 1 });
    const heard = new Promise<string>((resolve) => client.once("message", (_, payload) => resolve(String(payload))));
    await client.publishAsync("dtck-pub/my-product/000001/TEMPERATURE", "21.5", { qos: 1 });
    expect(await heard).toBe("21.5");
    for (const [one, origin] of [
      [ticket, page],
      [await ticketOf(), "https://evil.example"],
    ] as const)
      expect(await connect(one, origin).catch((error: { code?: number }) => error.code)).toBe(0x86);
    const closed = new Promise<number>((resolve) =>
      client.once("disconnect", ({ reasonCode = 0 }) => resolve(reasonCode)),
    );
    expect((await ada.ask("POST", "/api/v1/auth/sign-out", {})).status).toBe(200);
    expect(await closed).toBe(0x87);
    await client.endAsync(true);
    expect(server.log()).not.toContain(ticket);
  });

  test("the command line makes links and accounts, also while no server runs", async () => {
    const server = await start();
    const first = secretOf(linkIn(server.log()));
    const again = await server.cli("setup-link");
    expect([again.code, again.out]).toEqual([
      0,
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/link\/[0-9a-f]{64}\n$/),
    ]);
    const ada = new Browser(server);
    const use = (secret: string, password: string) => ada.ask("POST", "/api/v1/auth/link/use", { secret, password });
    expect((await use(first, PASSWORD)).json).toMatchObject({ code: "link_over" });
    expect((await use(secretOf(again.out.trim()), PASSWORD)).status).toBe(200);
    const unknown = await server.cli("setup-link", "nobody@example.com");
    expect([unknown.code, unknown.out]).toEqual([1, ""]);

    await server.stop();
    const offline = await server.cli("setup-link", "owner@localhost");
    expect(offline.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/link\/[0-9a-f]{64}\n$/);
    const file = join(server.folder, "password");
    writeFileSync(file, `${NEXT}\n`);
    const made = await server.cli(
      "account",
      "create",
      "bob@example.com",
      "--workspace",
      "home",
      "--password-file",
      file,
    );
    expect([made.code, made.out]).toEqual([0, ""]);
    expect((await server.cli("account", "create", "bob@example.com")).code).toBe(1);
    expect((await server.cli("audit", "--json")).out.split("account.link_made").length).toBeGreaterThan(3);
    await server.restart();
    expect((await use(secretOf(offline.out.trim()), NEXT)).status).toBe(200);
    const bob = new Browser(server);
    expect((await bob.signIn("bob@example.com", NEXT)).status).toBe(200);

    const listed = await server.cli("account", "list", "--workspace", "home", "--json");
    expect(JSON.parse(listed.out)).toMatchObject([
      { email: "bob@example.com", admin: false, workspaces: [{ slug: "home", role: "member" }], tokens: 0 },
      { email: "owner@localhost", admin: true, workspaces: [{ slug: "home", role: "owner" }] },
    ]);
    const asked = await server.cli("account", "delete", "bob@example.com");
    expect([asked.code, asked.out]).toEqual([1, ""]);
    expect(asked.err).toContain("They are in home (member).");
    expect((await server.cli("account", "delete", "owner@localhost", "--yes")).err).toContain("last owner");
    const gone = await server.cli("account", "delete", "Bob@example.com", "--yes");
    expect([gone.code, gone.out]).toEqual([0, "The user bob@example.com is deleted.\n"]);
    expect((await bob.ask("GET", "/api/v1/account/tokens")).status).toBe(401);
    expect((await server.cli("account", "delete", "bob@example.com", "--yes")).code).toBe(1);
    expect((await server.cli("audit", "--action", "user.delete", "--json")).out).toContain("bob@example.com");
  });

  test("an unattended install gets its owner from the settings, and prints no link", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldcast-people-"));
    folders.push(folder);
    const file = join(folder, "password");
    writeFileSync(file, `${PASSWORD}\n`);
    const other = await start({ flags: ["--admin-email", "Ada@example.com", "--admin-password-file", file] });
    expect(linkIn(other.log())).toBe("");
    expect(other.log()).not.toContain(PASSWORD);
    const ada = new Browser(other);
    expect((await ada.signIn("ada@example.com", PASSWORD)).status).toBe(200);
    expect((await ada.ask("POST", "/api/v1/account/password", { current: PASSWORD, next: NEXT })).status).toBe(200);
    // the file is for the first time only
    await other.restart();
    expect((await ada.signIn("ada@example.com", PASSWORD)).status).toBe(401);
    expect((await ada.signIn("ada@example.com", NEXT)).status).toBe(200);
  });
});
