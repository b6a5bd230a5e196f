import { describe, expect, test } from "bun:test";
import type { AuditEntry } from "../../fleet/audit.ts";
import { hashToken } from "../../fleet/token.ts";
import { makeWorld, NOW, OPERATOR, OWNER, STRANGER, VIEWER } from "../http.testing.ts";

/** May manage the members of the first workspace, and nothing else. */
const MANAGER = "1".repeat(40);

const entry = (more: Partial<AuditEntry>): AuditEntry => ({
  time: NOW,
  by: { key: "u:1", name: "owner@example.com", from: "192.0.2.1" },
  action: "device.update",
  workspace: 1,
  target: 1,
  name: "p/d1",
  before: { name: "x" },
  after: { name: "y" },
  ...more,
});

async function world() {
  const it = makeWorld();
  it.directory.apply([
    {
      kind: "apiUser",
      op: "put",
      row: { uid: 9, workspace: 1, name: "m", mqtt: true, grants: [{ scope: "workspace", can: ["members"] }] },
    },
    {
      kind: "token",
      op: "put",
      row: {
        uid: 900,
        hash: hashToken(MANAGER),
        hint: "",
        name: "",
        user: null,
        apiUser: 9,
        created: 0,
        expires: null,
      },
    },
  ]);
  const me = { key: "a:9", name: "m@w", from: null };
  await it.audit.addAudit([
    entry({ name: "in w" }),
    entry({ name: "in v", workspace: 2 }),
    entry({ name: "of nobody's workspace", workspace: null, action: "user.create" }),
    entry({ name: "of mine", workspace: null, by: me, action: "sign_in" }),
    entry({ name: "mine in v", workspace: 2, by: me }),
    entry({ name: "gone", workspace: 99, time: NOW + 5, action: "device.delete", after: null }),
  ]);
  const ask = async (query: string, secret: string | null) => {
    const answer = await it.ask("GET", `/api/v1/audit${query}`, secret);
    // the tests say what they expect
    return { status: answer.status, body: (await answer.json()) as { code?: string; items?: Named[]; next?: string } };
  };
  const names = async (query: string, secret: string) =>
    (await ask(query, secret)).body.items?.map((e) => e.target.name);
  return { ...it, ask, names };
}
interface Named {
  readonly id: number;
  readonly target: { readonly name: string };
}

describe("GET /api/v1/audit", () => {
  test("changes have the keys and the times of the API; what people named stays", async () => {
    const { ask, audit } = await world();
    const before = { expires: null, onlineTimeout: 1, metadata: { builtBy: 1 } };
    await audit.addAudit([entry({ before, after: { ...before, expires: 1_790_000_000_000_000 } })]);
    const { items } = (await ask("?limit=1", OPERATOR)).body;
    const was = { expires: null, online_timeout: 1, metadata: { builtBy: 1 } };
    expect(items).toMatchObject([{ before: was, after: { ...was, expires: "2026-09-21T14:13:20Z" } }]);
  });
  test("operators see everything, newest first", async () => {
    const { names } = await world();
    const all = ["gone", "mine in v", "of mine", "of nobody's workspace", "in v", "in w"];
    expect(await names("", OPERATOR)).toEqual(all);
    expect(await names("/", OWNER)).toEqual(all);
  });

  test("members: what concerns their workspaces, and what they did where no workspace is concerned", async () => {
    const { names, directory } = await world();
    expect(await names("", MANAGER)).toEqual(["of mine", "in w"]);
    expect(await names("?workspace=w", MANAGER)).toEqual(["in w"]);
    expect(await names("", VIEWER)).toEqual([]);
    directory.apply([{ kind: "apiUser", op: "put", row: { uid: 9, workspace: 1, name: "m", mqtt: true, grants: [] } }]);
    expect(await names("", MANAGER)).toEqual(["of mine"]);
  });

  test.each([
    ["?workspace=w", VIEWER, 403, "not_permitted"],
    ["?workspace=w", STRANGER, 404, "not_found"],
    ["?workspace=v", MANAGER, 404, "not_found"],
    ["?workspace=none", MANAGER, 404, "not_found"],
    ["", null, 401, "unknown_token"],
    ["?limit=0", OPERATOR, 400, "invalid_request"],
    ["?limit=1001", OPERATOR, 400, "invalid_request"],
    ["?cursor=x", OPERATOR, 400, "invalid_request"],
    ["?from=yesterday", OPERATOR, 400, "invalid_request"],
    ["?action=%25", OPERATOR, 400, "invalid_request"],
    ["?nonsense=1", OPERATOR, 400, "invalid_request"],
  ])("%s is refused", async (query, secret, status, code) => {
    const { ask } = await world();
    expect(await ask(query, secret)).toMatchObject({ status, body: { code } });
  });

  test("filters", async () => {
    const { names } = await world();
    expect(await names("?actor=a:9", OPERATOR)).toEqual(["mine in v", "of mine"]);
    expect(await names("?action=device.delete", OPERATOR)).toEqual(["gone"]);
    expect(await names("?action=device", OPERATOR)).toEqual(["gone", "mine in v", "in v", "in w"]);
    expect(await names("?from=2026-03-01T12:00:00.000001Z", OPERATOR)).toEqual(["gone"]);
    expect(await names("?to=2026-03-01T12:00:00.000001Z&action=user", OPERATOR)).toEqual(["of nobody's workspace"]);
  });

  test("pages", async () => {
    const { ask } = await world();
    const ids: number[] = [];
    let query = "?limit=4";
    for (let i = 0; i < 5; i++) {
      const { body } = await ask(query, OPERATOR);
      ids.push(...(body.items ?? []).map((e) => e.id));
      if (typeof body.next !== "string") break;
      query = `?limit=4&cursor=${body.next}`;
    }
    expect(ids).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test("an entry as it is shown", async () => {
    const { ask } = await world();
    const { body } = await ask("?action=device.update&workspace=w", OPERATOR);
    expect(body).toEqual({
      items: [
        {
          id: 1,
          time: "2026-03-01T12:00:00Z",
          actor: { account: "u:1", name: "owner@example.com", address: "192.0.2.1" },
          action: "device.update",
          workspace: "w",
          target: { uid: 1, name: "in w" },
          before: { name: "x" },
          after: { name: "y" },
        },
      ],
      next: null,
    } as never); // null is no text, which `next` is otherwise
  });
});
