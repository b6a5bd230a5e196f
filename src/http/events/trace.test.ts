import { expect, test } from "bun:test";
import { hashToken } from "../../fleet/token.ts";
import { sessionOf } from "../compat/sessions.testing.ts";
import { makeWorld, NOW, OPERATOR, OWNER, STRANGER } from "../http.testing.ts";
import { EventReader } from "./events.testing.ts";

/** Holds the permission `devices` in the first workspace. */
const KEEPER = "1".repeat(40);
const idOf = (principal: string, client: string) => Buffer.from(`${principal}\n${client}`).toString("base64url");

function world() {
  const it = makeWorld();
  const keeper = { uid: 9, workspace: 1, name: "k", mqtt: true } as const;
  const token = { uid: 900, hint: "", name: "", user: null, apiUser: 9, created: 0, expires: null };
  it.directory.apply([
    { kind: "apiUser", op: "put", row: { ...keeper, grants: [{ scope: "workspace", can: ["devices"] }] } },
    { kind: "token", op: "put", row: { ...token, hash: hashToken(KEEPER) } },
  ]);
  it.sessions.all = [sessionOf("a:1", "pump", NOW), sessionOf("a:4", "other", NOW)];
  const line = (facts: object) => `${JSON.stringify({ time: "2026-03-01T12:00:00Z", ...facts })}\n`;
  it.sessions.lines = [
    line({ event: "on", connections: 1 }),
    line({ direction: "in", packet: "publish", bytes: 20 }) + line({ direction: "out", packet: "puback", bytes: 4 }),
    line({ event: "off", why: "its time is over" }),
  ];
  const open = (secret: string | null, query = "", id = idOf("a:1", "pump")) =>
    it.ask("GET", `/api/v1/sessions/${id}/trace${query}`, secret);
  return { ...it, open };
}

test("packets and what is none come as events, and then its end", async () => {
  const { open, sessions } = world();
  const reader = new EventReader(await open(KEEPER, "?seconds=60"));
  const told: string[] = [];
  for (let e = await reader.next(); e !== null; e = await reader.next()) told.push(`${e.event} ${e.data.length > 0}`);
  expect(told).toEqual(["note true", "packet true", "packet true", "note true", "end true"]);
  expect(sessions.traces).toEqual([{ client: "pump", principal: "a:1", payload: false }]);
});

test("who leaves ends it", async () => {
  const { open, sessions } = world();
  sessions.trace = () => ({ next: () => new Promise(() => {}), close: () => void sessions.closed++ });
  const answer = await open(OWNER);
  await answer.body?.cancel();
  expect(sessions.closed).toBe(1);
});

test.each([
  ["nobody", null, "", 401, "unknown_token"],
  ["another workspace's", STRANGER, "", 404, "not_found"],
  ["payloads of another account", KEEPER, "?payload=true", 403, "not_permitted"],
  ["too long", OWNER, "?seconds=3601", 400, "invalid_request"],
  ["unknown parameter", OWNER, "?x=1", 400, "invalid_request"],
])("%s: refused, and nothing is traced", async (_, secret, query, status, code) => {
  const { open, sessions } = world();
  const answer = await open(secret, query);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  expect(sessions.traces).toEqual([]);
});

test("payloads are for the own account, and for who operates", async () => {
  const { open, sessions } = world();
  for (const [secret, id] of [
    [OPERATOR, idOf("a:1", "pump")],
    [STRANGER, idOf("a:4", "other")],
  ] as const)
    expect((await open(secret, "?payload=true", id)).status).toBe(200);
  expect(sessions.traces.map(({ payload }) => payload)).toEqual([true, true]);
});
