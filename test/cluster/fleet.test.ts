import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { Raw } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { type SharedStore, shareStore } from "./shared-store.ts";

interface Answer {
  readonly status: number;
  /** As the answer's header says; -1: it does not. */
  readonly position: number;
  readonly etag: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
  readonly body: any;
}
/** Asks a server's API as the owner. */
async function ask(server: TestServer, method: string, path: string, body?: unknown, etag = ""): Promise<Answer> {
  const headers = { "Content-Type": "application/json", ...(etag && { "If-Match": etag }) };
  const answer = await server.http(path, TOKENS.owner, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const [text, position] = [await answer.text(), answer.headers.get("Fieldcast-Position") ?? "-1"];
  return {
    status: answer.status,
    position: Number(position),
    etag: answer.headers.get("ETag") ?? "",
    body: text === "" ? null : JSON.parse(text),
  };
}
const USERS = "/api/v1/workspaces/acme/api-users";

describe.skipIf(!have("postgresql"))("the fleet of several servers on one PostgreSQL", () => {
  let store: SharedStore;
  let one: TestServer;
  let two: TestServer;
  /** Asked for what no log has yet: it takes as long as anybody is patient. */
  let early: Promise<Answer>;
  beforeAll(async () => {
    // both apply the same file at the same moment
    store = await shareStore({ second: FLEET, isTogether: true });
    ({ one, two } = store);
    early = ask(two, "GET", "/api/v1/products?workspace=acme&at=999999999");
  }, 60_000);
  afterAll(() => store?.remove());
  /** A new API user that may view my-product, with a token. */
  const viewer = async (name: string): Promise<{ path: string; etag: string; token: string }> => {
    const grants = [{ scope: "product", product: "my-product", can: ["view"] }];
    const { status, body } = await ask(one, "POST", USERS, { name, grants });
    expect({ status, body }).toMatchObject({ status: 201 });
    const path = `${USERS}/${body.api_user}`;
    return { path, etag: (await ask(one, "GET", path)).etag, token: body.token.secret };
  };

  test("two that apply the same file at once do not fight, and what is made on one is there on the other when it is answered", async () => {
    const lists = await Promise.all([one, two].map((server) => ask(server, "GET", "/api/v1/products?workspace=acme")));
    expect(lists[1]?.body).toEqual(lists[0]?.body);
    const devices = "/api/v1/products/my-product/devices";
    for (const [maker, user, id] of [
      [one, two, "made-on-one"],
      [two, one, "made-on-two"],
    ] as const) {
      const made = await ask(maker, "POST", devices, { id });
      expect({ made }).toMatchObject({ made: { status: 201 } });
      expect(made.position).toBeGreaterThan(0);
      const client = await Raw.login(user.ports.mqtt, { token: TOKENS.device });
      expect(await client.record(`dtck-pub/my-product/${id}/TEMPERATURE`, "21.5")).toBe(0);
    }
    // a name that is there on one is taken on the other
    const again = await Promise.all([one, two].map((server) => ask(server, "POST", devices, { id: "made-on-both" })));
    expect(again.map(({ status }) => status).sort()).toEqual([201, 409]);
    // commands are answered so, too
    const { out } = await one.cli("token", "create", "owner@example.com", "--json");
    expect((await two.http("/api/v1/products?workspace=acme", JSON.parse(out).secret)).status).toBe(200);
  }, 30_000);

  test("a token that is revoked on one is cut off on the other when it is answered", async () => {
    const { path, token } = await viewer("soon gone");
    const client = await Raw.login(two.ports.mqtt, { token });
    await client.subscribe("dtck/my-product/+/+");
    const { body } = await ask(one, "GET", `${path}/tokens`);
    await ask(one, "DELETE", `${path}/tokens/${body.items[0].token}`);
    expect((await two.http("/api/v1/products?workspace=acme", token)).status).toBe(401);
    const publisher = await Raw.login(one.ports.mqtt, { token: TOKENS.device });
    await publisher.record("dtck-pub/my-product/dev1/TEMPERATURE", "7");
    const packets = await client.ended();
    expect(packets.filter(({ type }) => type === "publish")).toEqual([]);
  }, 30_000);

  test("a right that is taken away on one is obeyed on the other when it is answered", async () => {
    const { path, etag, token } = await viewer("soon blind");
    const client = await Raw.login(two.ports.mqtt, { token });
    await client.subscribe("dtck/my-product/+/+");
    const publisher = await Raw.login(one.ports.mqtt, { token: TOKENS.device });
    await publisher.record("dtck-pub/my-product/dev1/TEMPERATURE", "30");
    expect(await client.heard("30")).toEqual(["dtck/my-product/dev1/TEMPERATURE 30"]);
    const grants = [{ scope: "device", product: "my-product", device: "dev7", can: ["view"] }];
    expect(await ask(one, "PATCH", path, { grants }, etag)).toMatchObject({ status: 200 });
    await publisher.record("dtck-pub/my-product/dev1/TEMPERATURE", "31");
    await publisher.record("dtck-pub/my-product/dev7/TEMPERATURE", "32");
    expect(await client.heard("32")).toEqual(["dtck/my-product/dev7/TEMPERATURE 32"]);
  }, 30_000);

  test("a request reads what was written elsewhere when it says so, and is told when that is not there in time", async () => {
    for (let value = 0; value < 20; value++) {
      const [from, to] = value % 2 === 0 ? [one, two] : [two, one];
      const path = "/v1/devices/dev3/record";
      const written = await ask(from, "POST", path, { field: "TEMPERATURE", value });
      expect({ written }).toMatchObject({ written: { status: 200 } });
      const read = await ask(to, "GET", `/v1/devices/dev3?at=${written.position}`);
      expect(read.body.fields[0]).toMatchObject({ field: "TEMPERATURE", value });
    }
    expect(await early).toMatchObject({ status: 503, body: { code: "node_behind" } });
  }, 30_000);

  test("a node that stands still is waited for until it is gone, unless nobody wants to", async () => {
    const { path, token } = await viewer("last one");
    const client = await Raw.login(two.ports.mqtt, { token });
    await client.subscribe("dtck/my-product/+/+");
    process.kill(two.pid, "SIGSTOP");
    try {
      const begun = performance.now();
      const quick = await ask(one, "POST", "/api/v1/products/my-product/devices?wait=0", { id: "quick" });
      expect(quick.status).toBe(201);
      expect(performance.now() - begun).toBeLessThan(3000);
      expect(await ask(one, "DELETE", path)).toMatchObject({ status: 200 });
      expect(performance.now() - begun).toBeGreaterThan(3000);
      await until("the news of it", () => one.log().includes("is gone"));
    } finally {
      process.kill(two.pid, "SIGCONT");
    }
    const publisher = await Raw.login(one.ports.mqtt, { token: TOKENS.device });
    await publisher.record("dtck-pub/my-product/dev1/TEMPERATURE", "8");
    expect((await client.ended()).filter(({ type }) => type === "publish")).toEqual([]);
  }, 60_000);
});
