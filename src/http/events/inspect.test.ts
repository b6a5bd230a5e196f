import { describe, expect, test } from "bun:test";
import { CATALOGUE } from "../../base/errors.ts";
import { hashToken } from "../../fleet/token.ts";
import type { SeenEvent } from "../../ingest/event-log.ts";
import { EventReader } from "./events.testing.ts";
import { makeWorld, OPERATOR, OWNER, STRANGER, VIEWER } from "../http.testing.ts";

/** Holds the permission `devices` in the first workspace, and no right on any device. */
const KEEPER = "1".repeat(40);

function world() {
  const it = makeWorld();
  it.directory.apply([
    {
      kind: "apiUser",
      op: "put",
      row: { uid: 9, workspace: 1, name: "k", mqtt: true, grants: [{ scope: "workspace", can: ["devices"] }] },
    },
    {
      kind: "token",
      op: "put",
      row: { uid: 900, hash: hashToken(KEEPER), hint: "", name: "", user: null, apiUser: 9, created: 0, expires: null },
    },
  ]);
  const see = (...events: SeenEvent[]) => {
    for (const event of events) it.events.all.seen({ message: event.code ?? null, ...event });
  };
  const fill = () =>
    see(
      { kind: "opened", principal: "a:1", client: "pump", remote: "192.0.2.1" },
      {
        kind: "refused",
        principal: "u:1",
        device: 1,
        code: "invalid_value",
        topic: "dtck-pub/p/d1/T",
        payload: "\u001bx",
      },
      { kind: "closed", principal: "a:4", client: "other", code: "keep alive" },
      { kind: "login_refused", principal: "", client: "scan", code: "unknown_token" },
      { kind: "opened", principal: "u:1", client: "mine" },
    );
  const inspect = async (query: string, secret: string | null, path = "/api/v1/inspect") => {
    const answer = await it.ask("GET", `${path}${query}`, secret);
    // the tests say what they expect
    return {
      status: answer.status,
      body: (await answer.json()) as { code?: string; items: Shown[]; next: string | null },
    };
  };
  const told = async (query: string, secret: string) =>
    (await inspect(query, secret)).body.items.map((e) => `${e.kind} ${e.client_id ?? e.device}`);
  return { ...it, see, fill, inspect, told };
}
interface Shown {
  readonly kind: string;
  readonly client_id: string | null;
  readonly device: string | null;
}

describe("GET /api/v1/inspect", () => {
  test("who sees what: operators all, keepers of devices their workspace, everybody himself", async () => {
    const { fill, told } = world();
    fill();
    const all = ["opened mine", "login_refused scan", "closed other", "refused p/d1", "opened pump"];
    expect(await told("", OPERATOR)).toEqual(all);
    expect(await told("", OWNER)).toEqual(all);
    expect(await told("", KEEPER)).toEqual(["refused p/d1", "opened pump"]);
    expect(await told("", STRANGER)).toEqual(["closed other"]);
    expect(await told("", VIEWER)).toEqual([]);
  });

  test("an event as it is shown", async () => {
    const { fill, inspect } = world();
    fill();
    expect((await inspect("?kind=refused", OPERATOR)).body).toEqual({
      items: [
        {
          time: "2026-03-01T12:00:00Z",
          kind: "refused",
          account: { key: "u:1", name: expect.any(String) },
          workspace: "w",
          device: "p/d1",
          client_id: null,
          address: null,
          transport: null,
          tls: null,
          code: "invalid_value",
          message: "invalid_value",
          topic: "dtck-pub/p/d1/T",
          payload: "\u001bx",
          base64: false,
          bytes: null,
          commit_us: null,
          delivered: null,
          count: 1,
        },
      ],
      next: null,
    } as never); // more than the tests look at elsewhere
  });

  test("who manages devices and may not read them does not see what they sent", async () => {
    const it = world();
    const sent = { device: 1, topic: "dtck-pub/p/d1/T", payload: "21.5" };
    const free = { device: 0, topic: "kitchen/light", payload: "on" };
    const live = new EventReader(await it.ask("GET", "/api/v1/inspect/live", KEEPER));
    it.see(
      { kind: "accepted", principal: "a:1", ...sent },
      { kind: "accepted", principal: "a:1", ...free },
      { kind: "refused", principal: "a:1", code: "invalid_batch", ...sent },
      { kind: "refused", principal: "a:1", code: "unknown_device", ...free },
      { kind: "accepted", principal: "a:9", ...sent },
    );
    const heard = [];
    for (let i = 0; i < 5; i++) heard.push(JSON.parse((await live.next())?.data ?? "").payload);
    expect(heard).toEqual([null, null, null, "on", "21.5"]);
    await live.cancel();
    const payloads = async (secret: string) =>
      (await it.inspect("?kind=refused", secret)).body.items.map((e) => (e as Shown & { payload: unknown }).payload);
    expect(await payloads(KEEPER)).toEqual(["on", null]);
    expect(await payloads(OPERATOR)).toEqual(["on", "21.5"]);
    const grants = [
      { scope: "workspace", can: ["devices"] },
      { scope: "device", device: 1, can: ["view"] },
    ] as const;
    it.directory.apply([{ kind: "apiUser", op: "put", row: { uid: 9, workspace: 1, name: "k", mqtt: true, grants } }]);
    expect(await payloads(KEEPER)).toEqual(["on", "21.5"]);
  });

  test("nor does the message of a refusal quote it for them", async () => {
    const it = world();
    const sent = { device: 1, topic: "dtck-pub/p/d1/T", payload: "secret", message: '"secret" is not a number.' };
    it.see({ kind: "refused", principal: "a:1", code: "invalid_value", ...sent });
    const text = async (secret: string) => JSON.stringify((await it.inspect("?kind=refused", secret)).body);
    expect(await text(KEEPER)).not.toContain("secret");
    expect(await text(KEEPER)).toContain(CATALOGUE.invalid_value.title);
    expect(await text(OPERATOR)).toContain('\\"secret\\" is not a number.');
  });

  test("filters and pages", async () => {
    const { fill, told, inspect } = world();
    fill();
    expect(await told("?device=p/S1", OPERATOR)).toEqual(["refused p/d1"]);
    expect(await told("?account=a:1", OPERATOR)).toEqual(["opened pump"]);
    expect(await told("?account=a:4", STRANGER)).toEqual(["closed other"]);
    expect(await told("?since=2026-03-01T12:00:01Z", OPERATOR)).toEqual([]);
    const first = await inspect("?limit=3", OPERATOR);
    expect(first.body.items).toHaveLength(3);
    expect(await told(`?limit=3&cursor=${first.body.next}`, OPERATOR)).toEqual(["refused p/d1", "opened pump"]);
  });

  test.each([
    ["", null, 401, "unknown_token"],
    ["?device=z/hidden", KEEPER, 404, "unknown_device"],
    ["?device=p", OPERATOR, 404, "unknown_device"],
    ["?account=a:4", KEEPER, 404, "not_found"],
    ["?account=u:1", KEEPER, 404, "not_found"],
    ["?account=nobody", OPERATOR, 404, "not_found"],
    ["?kind=none", OPERATOR, 400, "invalid_request"],
    ["?limit=0", OPERATOR, 400, "invalid_request"],
    ["?cursor=x", OPERATOR, 400, "invalid_request"],
  ])("%s is refused", async (query, secret, status, code) => {
    const { inspect } = world();
    expect(await inspect(query, secret)).toMatchObject({ status, body: { code } });
    if (!query.includes("cursor") && !query.includes("limit"))
      expect(await inspect(query, secret, "/api/v1/inspect/live")).toMatchObject({ status, body: { code } });
  });
});

describe("GET /api/v1/inspect/live", () => {
  const open = async (it: ReturnType<typeof world>, query: string, secret: string) =>
    new EventReader(await it.ask("GET", `/api/v1/inspect/live${query}`, secret));

  test("events as they come, by rights and filters", async () => {
    const it = world();
    expect(it.events.all.watched).toBe(false);
    const keeper = await open(it, "", KEEPER);
    const operator = await open(it, "?kind=closed", OPERATOR);
    expect(it.events.all.watched).toBe(true);
    it.fill();
    const first = await keeper.next();
    expect([first?.event, (await keeper.next())?.event]).toEqual(["opened", "refused"]);
    expect(JSON.parse(first?.data ?? "")).toMatchObject({ client_id: "pump", address: "192.0.2.1", workspace: "w" });
    expect((await operator.next())?.data).toContain("keep alive");
    await keeper.cancel();
    await operator.cancel();
    expect(it.events.all.watched).toBe(false);
  });

  test("rights that go end what is seen; a token that goes ends the stream", async () => {
    const it = world();
    const keeper = await open(it, "", KEEPER);
    it.directory.apply([
      { kind: "apiUser", op: "put", row: { uid: 9, workspace: 1, name: "k", mqtt: true, grants: [] } },
    ]);
    it.fill();
    it.directory.apply([{ kind: "token", op: "delete", uid: 900 }]);
    expect(await keeper.next()).toMatchObject({ event: "end" });
    expect(it.events.all.watched).toBe(false);
  });

  test("a reader who is too slow is told how many events he missed; too many streams leave no watcher behind", async () => {
    const it = world();
    const slow = await open(it, "", OPERATOR);
    for (let i = 0; i < 40; i++) it.see({ kind: "opened", principal: "a:1", client: `c${i}` });
    let n = 0;
    let e = await slow.next();
    for (; e?.event === "opened"; e = await slow.next()) n++;
    expect(e).toMatchObject({ event: "lost", data: `{"events":${40 - n}}` });
    await slow.cancel();
    const streams = [];
    for (let i = 0; i < 3; i++) streams.push(await open(it, "", OPERATOR));
    expect((await it.ask("GET", "/api/v1/inspect/live", OPERATOR)).status).toBe(429);
    for (const stream of streams) await stream.cancel();
    expect(it.events.all.watched).toBe(false);
  });
});
