import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectAsync } from "mqtt";
import { have } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { type SharedStore, shareStore } from "./shared-store.ts";

const PASSWORD = "seven green bottles";
const OWNER = "owner@localhost";
const linkIn = (text: string) => /http:\/\/127\.0\.0\.1:\d+(\/link\/[0-9a-f]{64})/.exec(text)?.[1] ?? "";
const pageOf = (server: TestServer): string => `http://127.0.0.1:${server.ports.http}`;

/** A browser that a load balancer sends to any server. */
class Browser {
  private cookie = "";
  private csrf = "";

  async ask(server: TestServer, method: string, path: string, body?: object) {
    const headers = new Headers({ "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json" });
    if (this.cookie !== "") headers.set("Cookie", this.cookie);
    if (method !== "GET") headers.set("Origin", pageOf(server));
    if (method !== "GET" && this.csrf !== "") headers.set("X-CSRF-Token", this.csrf);
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const answer = await server.http(path, undefined, init);
    const [cookie] = (answer.headers.get("Set-Cookie") ?? "").split(";", 1);
    if (cookie) this.cookie = cookie.endsWith("=") ? "" : cookie;
    const json = (await answer.json()) as Record<string, unknown>; // what the test expects of it, it says
    if (typeof json.csrf_token === "string") this.csrf = json.csrf_token;
    return { status: answer.status, json };
  }
}

describe.skipIf(!have("postgresql"))("people of several servers on one PostgreSQL", () => {
  let store: SharedStore;
  let servers: TestServer[] = [];
  beforeAll(async () => {
    store = await shareStore({ fleet: null, isTogether: true });
    servers = [store.one, store.two];
  }, 60_000);
  afterAll(() => store?.remove());

  test("one of two first starts makes the owner; its link, its sign-in and its tickets work on either, and end on both", async () => {
    const links = servers.map((server) => linkIn(server.log()));
    const first = links.findIndex((link) => link !== "");
    expect(links.filter((link) => link !== "")).toHaveLength(1);
    const [one, two] = [servers[first] as TestServer, servers[1 - first] as TestServer];
    // the link that one printed is used on the other, once
    const form = () => new URLSearchParams({ email: OWNER, password: PASSWORD });
    const use = (server: TestServer) => server.http(links[first] ?? "", undefined, { method: "POST", body: form() });
    const used = await Promise.all([use(two), use(one)]);
    expect(used.map(({ status }) => status).sort()).toEqual([200, 410]);

    const browser = new Browser();
    const signIn = { email: OWNER, password: PASSWORD };
    expect((await browser.ask(one, "POST", "/api/v1/auth/sign-in", signIn)).status).toBe(200);
    expect((await browser.ask(two, "GET", "/api/v1/auth/session")).json).toMatchObject({
      signed_in: true,
      email: OWNER,
    });

    const connect = async (ticket: unknown, to: TestServer, from: TestServer) =>
      connectAsync(`ws://127.0.0.1:${to.ports.http}/mqtt`, {
        username: String(ticket),
        password: String(ticket),
        protocolVersion: 5,
        reconnectPeriod: 0,
        wsOptions: { origin: pageOf(from) },
      });
    const { ticket } = (await browser.ask(one, "POST", "/api/v1/account/mqtt-tickets", {})).json;
    const client = await connect(ticket, two, one);
    await client.subscribeAsync("dtck/my-product/+/+", { qos: 1 });
    const heard = new Promise<string>((resolve) => client.once("message", (_, payload) => resolve(String(payload))));
    await client.publishAsync("dtck-pub/my-product/000001/TEMPERATURE", "21.5", { qos: 1 });
    expect(await heard).toBe("21.5");

    const closed = new Promise<number>((resolve) =>
      client.once("disconnect", ({ reasonCode = 0 }) => resolve(reasonCode)),
    );
    expect((await browser.ask(one, "POST", "/api/v1/auth/sign-out", {})).status).toBe(200);
    expect(await closed).toBe(0x87);
    expect((await browser.ask(two, "GET", "/api/v1/auth/session")).json).toMatchObject({ signed_in: false });
    await client.endAsync(true);
  }, 30_000);
});
