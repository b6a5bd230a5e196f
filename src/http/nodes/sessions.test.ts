import { expect, test } from "bun:test";
import { isOfSessions, mergePages, sessionsOfAll } from "./sessions.ts";

const item = (second: number, client_id: string) => ({
  created: `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`,
  account_key: "a:1",
  client_id,
});
const BASE = "http://x/api/v1/sessions";

test("pages of nodes are one page, the oldest first, and the next one begins behind it", () => {
  const pages = [
    { node: 1, page: { items: [item(1, "a"), item(4, "d")], next: "more" } },
    { node: 2, page: { items: [item(2, "b"), item(3, "c")], next: null } },
  ];
  const { items = [], next } = mergePages(pages, 3);
  expect(items.map(({ client_id }) => client_id)).toEqual(["a", "b", "c"]);
  expect(items).toMatchObject([{ node: 1 }, { node: 2 }, { node: 2 }]);
  expect(JSON.parse(Buffer.from(next ?? "", "base64url").toString())).toEqual([1_767_225_603_000_000, "a:1", "c"]);
  expect(mergePages([{ node: 1, page: { items: [item(1, "a")], next: null } }], 1).next).toBeNull();
  expect(mergePages([{ node: 1, page: { sessions: [], next: null } }], 5)).toEqual({ sessions: [], next: null });
});

test("of one session the node answers that has it; a list that would lack a node's is none", async () => {
  const asked: number[] = [];
  const nodes = (answers: Record<number, () => Response>) => ({
    self: 1,
    duty: 1,
    others: () => Object.keys(answers).map(Number),
    ask: async (node: number) => {
      asked.push(node);
      return answers[node]?.() ?? new Response(null, { status: 500 });
    },
    received: async () => null,
  });
  const here = (status: number) => () =>
    Promise.resolve(Response.json({ items: [item(1, "a")], next: null }, { status }));
  const no = () => new Response(null, { status: 404 });
  const yes = () => Response.json({ items: [item(2, "b")], next: null });
  const one = new Request(`${BASE}/abc/disconnect`, { method: "POST", body: "{}" });
  expect((await sessionsOfAll(one, here(404), nodes({ 2: no, 3: yes, 4: yes }), "::1")).status).toBe(200);
  expect(asked.splice(0)).toEqual([2, 3]);
  expect((await sessionsOfAll(one, here(200), nodes({ 2: yes }), "::1")).status).toBe(200);
  expect(asked).toEqual([]);
  const list = new Request(`${BASE}?limit=5`);
  expect(await (await sessionsOfAll(list, here(200), nodes({ 2: yes }), "::1")).json()).toMatchObject({
    items: [
      { client_id: "a", node: 1 },
      { client_id: "b", node: 2 },
    ],
    next: null,
  });
  const away = () => new Response(null, { status: 503 });
  expect((await sessionsOfAll(list, here(200), nodes({ 2: yes, 3: away }), "::1")).status).toBe(503);
  expect((await sessionsOfAll(list, here(403), nodes({ 2: yes }), "::1")).status).toBe(403);
});

test("which requests are about sessions", () => {
  const is = (method: string, path: string): boolean => isOfSessions(new Request(`http://x${path}`, { method }));
  for (const path of ["/api/v1/sessions", "/v1/sessions/?limit=1", "/api/v1/sessions/x", "/v1/sessions/a:1/c"])
    expect(is("GET", path)).toBe(true);
  expect(is("POST", "/api/v1/sessions/x/disconnect")).toBe(true);
  for (const path of ["/api/v1/devices", "/api/v1/sessionsx", "/sessions"]) expect(is("GET", path)).toBe(false);
});
