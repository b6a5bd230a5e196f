import { describe, expect, test } from "bun:test";
import { Directory } from "../fleet/directory.ts";
import type { FleetChange, Grant } from "../fleet/types.ts";
import { Authority, type AuthResult } from "./authority.ts";
import type { Revocation } from "./revocation.ts";
import { hashToken } from "./token.ts";

const PERSONAL = "a".repeat(40);
const API = "b".repeat(40);
const NO_MQTT = "c".repeat(40);
const EXPIRED = "d".repeat(40);
const UNKNOWN = "e".repeat(40);
const NOW = 1000;

const token = (
  uid: number,
  secret: string,
  user: number | null,
  apiUser: number | null,
  expires: number | null = null,
) =>
  ({
    kind: "token",
    op: "put",
    row: { uid, hash: hashToken(secret), hint: "", name: "", user, apiUser, created: 0, expires },
  }) satisfies FleetChange;
const apiUser = (uid: number, mqtt: boolean, grants: Grant[]): FleetChange => ({
  kind: "apiUser",
  op: "put",
  row: { uid, workspace: 1, name: `api ${uid}`, mqtt, grants },
});
const device = (uid: number, tags: string[] = []): FleetChange => ({
  kind: "device",
  op: "put",
  row: { uid, product: 1, id: `d${uid}`, name: "", serial: null, tags },
});
function make() {
  const directory = new Directory();
  const authority = new Authority(directory);
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    {
      kind: "product",
      op: "put",
      row: {
        uid: 1,
        workspace: 1,
        slug: "p",
        name: "",
        retainLastValues: false,
        publishBackfill: false,
        boolText: "true",
      },
    },
    device(1, ["t"]),
    device(2),
    { kind: "user", op: "put", row: { uid: 1, email: "me@example.com", admin: true } },
    { kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 1, role: "owner" } },
    apiUser(1, true, [{ scope: "tag", tag: "t", can: ["view"] }]),
    apiUser(2, false, [{ scope: "all", can: ["view"] }]),
    token(1, PERSONAL, 1, null),
    token(2, API, null, 1),
    token(3, NO_MQTT, null, 2),
    token(4, EXPIRED, 1, null, NOW),
  ]);
  const revoked: Revocation[] = [];
  const rights: string[] = [];
  authority.onRevoked((r) => revoked.push(r));
  authority.onRights((p, c) => rights.push(`${p.key} ${c.narrowed ? "narrowed" : "widened"}`));
  return { directory, authority, revoked, rights };
}
const answer = (r: AuthResult) => (r.ok ? `${r.principal.key} #${r.tokenUid}` : r.code);

describe("login over MQTT (section 2)", () => {
  const table: [string, string | null | undefined, string | null | undefined, string][] = [
    ["token as both", PERSONAL, PERSONAL, "u:1 #1"],
    ["no user name", undefined, API, "a:1 #2"],
    ["an empty user name", "", API, "a:1 #2"],
    ["no password", API, null, "a:1 #2"],
    ["an empty password", API, "", "a:1 #2"],
    ["an SDK's name behind the user name", `${API}?SDK=Python&Version=1.5.5`, API, "a:1 #2"],
    ["the same without a password", `${API}?SDK=Python?x`, "", "a:1 #2"],
    ["an SDK's name alone", "?SDK=Python", API, "a:1 #2"],
    ["an SDK's name behind the password", API, `${API}?SDK=Python`, "unknown_token"],
    ["an SDK's name behind another token", `${PERSONAL}?SDK=x`, API, "unknown_token"],
    ["a token behind the question mark", `x?${API}`, API, "unknown_token"],
    ["another user name", "me@example.com", PERSONAL, "unknown_token"],
    ["user name another valid token", API, PERSONAL, "unknown_token"],
    ["user name in capitals", PERSONAL.toUpperCase(), PERSONAL, "unknown_token"],
    ["the name of an account without a password (CVE-2016-9877)", "me@example.com", null, "unknown_token"],
    ["the same with an empty password", "me@example.com", "", "unknown_token"],
    ["nothing at all", null, null, "unknown_token"],
    ["nothing but a question mark", "?", "", "unknown_token"],
    ["unknown token", UNKNOWN, UNKNOWN, "unknown_token"],
    ["unknown token as user name alone", UNKNOWN, "", "unknown_token"],
    ["not a token", "x", "x", "unknown_token"],
    ["a key of Object.prototype", "__proto__", "__proto__", "unknown_token"],
    ["in capitals", PERSONAL.toUpperCase(), PERSONAL.toUpperCase(), "unknown_token"],
    ["with a space", `${PERSONAL} `, `${PERSONAL} `, "unknown_token"],
    ["the stored hash itself", hashToken(PERSONAL), hashToken(PERSONAL), "unknown_token"],
    ["not for MQTT", NO_MQTT, NO_MQTT, "mqtt_not_permitted"],
    ["not for MQTT, as user name alone", NO_MQTT, "", "mqtt_not_permitted"],
    ["expired", EXPIRED, EXPIRED, "expired_token"],
    ["expired, as user name alone", EXPIRED, null, "expired_token"],
  ];
  for (const [what, userName, password, expected] of table) {
    test(what, () => {
      const result = make().authority.authenticate(userName, password, NOW);
      expect(answer(result)).toBe(expected);
      if (!result.ok)
        for (const secret of [userName, password])
          if (secret && secret.length > 3) expect(result.message).not.toContain(secret);
    });
  }
  test("just before its time a token is good", () => {
    expect(answer(make().authority.authenticate(EXPIRED, EXPIRED, NOW - 1))).toBe("u:1 #4");
  });
  test("one principal for all connections of an account", () => {
    const { authority } = make();
    const [a, b] = [authority.authenticate("", API, NOW), authority.authenticateHttp(`Token ${API}`, NOW)];
    expect(a.ok && b.ok && a.principal === b.principal && a.principal === authority.principalOf("a:1")).toBe(true);
    expect(authority.principalOf("a:99")).toBeUndefined();
    expect(authority.principalOf("x:1")).toBeUndefined();
  });
});

describe("login over HTTP", () => {
  const table: [string | null | undefined, string][] = [
    [`Token ${PERSONAL}`, "u:1 #1"],
    [`token  ${PERSONAL}`, "u:1 #1"],
    [`Bearer ${API}`, "a:1 #2"],
    [`Token ${NO_MQTT}`, "a:2 #3"],
    [`Token ${EXPIRED}`, "expired_token"],
    [`Token ${UNKNOWN}`, "unknown_token"],
    [`Basic ${API}`, "unknown_token"],
    [`Token ${API} more`, "unknown_token"],
    [API, "unknown_token"],
    ["Token", "unknown_token"],
    ["", "unknown_token"],
    [null, "unknown_token"],
    [undefined, "unknown_token"],
  ];
  for (const [header, expected] of table) {
    test(`${header}`.slice(0, 16), () => expect(answer(make().authority.authenticateHttp(header, NOW))).toBe(expected));
  }
});

describe("changes are obeyed in their turn", () => {
  test("a tag that comes and goes", () => {
    const { directory, authority, rights } = make();
    const p = authority.principalOf("a:1");
    const d2 = directory.deviceByUid(2);
    if (!p || !d2) throw new Error("not there");
    expect(p.mayView(d2)).toBe(false);
    directory.apply([device(2, ["t"])]);
    expect([p.mayView(d2), p.mayRecord(d2)]).toEqual([true, false]);
    directory.apply([device(2)]);
    expect(p.mayView(d2)).toBe(false);
    directory.apply([apiUser(1, true, [{ scope: "all", can: ["record_only"] }])]);
    expect([p.mayView(d2), p.mayRecord(d2), p.couldEverView({ product: null, device: null })]).toEqual([
      false,
      true,
      false,
    ]);
    directory.apply([apiUser(1, false, [{ scope: "all", can: ["record_only"] }])]);
    expect(p.mqtt).toBe(false);
    directory.apply([{ kind: "device", op: "delete", uid: 2 }]);
    expect(p.mayRecord(d2)).toBe(false);
    expect(rights).toEqual(["a:1 widened", "a:1 narrowed", "a:1 narrowed", "a:1 narrowed", "a:1 narrowed"]);
  });

  test("a change that gives and takes nothing is not announced", () => {
    const { directory, authority, rights } = make();
    authority.principalOf("a:1");
    directory.apply([apiUser(1, true, [{ scope: "tag", tag: "t", can: ["view"] }]), device(1, ["t", "u"])]);
    expect(rights).toEqual([]);
  });

  test("a deleted token, and a deleted account", () => {
    const { directory, authority, revoked, rights } = make();
    const p = authority.principalOf("a:1");
    directory.apply([{ kind: "token", op: "delete", uid: 1 }]);
    expect(revoked).toEqual([{ tokenUid: 1, key: "u:1", principal: undefined, reason: "deleted", tokensLeft: 1 }]);
    expect(answer(authority.authenticate("", PERSONAL, NOW))).toBe("unknown_token");
    directory.apply([{ kind: "apiUser", op: "delete", uid: 1 }]);
    expect(revoked[1]).toMatchObject({ tokenUid: 2, key: "a:1", reason: "deleted", tokensLeft: 0 });
    expect(revoked[1]?.principal).toBe(p);
    expect(rights).toEqual(["a:1 narrowed"]);
    expect([p?.mqtt, p?.view.has(0), authority.principalOf("a:1")]).toEqual([false, false, undefined]);
  });

  test("expiry is announced once, and again when it was put off", () => {
    const { directory, authority, revoked } = make();
    expect(authority.expire(NOW - 1)).toBe(NOW);
    expect(revoked).toEqual([]);
    expect(authority.expire(NOW)).toBeNull();
    expect(authority.expire(NOW + 1)).toBeNull();
    expect(revoked.map((r) => [r.tokenUid, r.reason, r.tokensLeft])).toEqual([[4, "expired", 1]]);
    directory.apply([token(4, EXPIRED, 1, null, NOW + 50)]);
    expect(answer(authority.authenticate("", EXPIRED, NOW + 1))).toBe("u:1 #4");
    expect(authority.expire(NOW + 1)).toBe(NOW + 50);
    expect(authority.expire(NOW + 50)).toBeNull();
    expect(revoked).toHaveLength(2);
  });

  test("workspace permissions and operate", () => {
    const { directory, authority } = make();
    const me = authority.principalOf("u:1");
    expect([me?.operate, me?.may(1, "members"), me?.may(2, "members"), me?.inWorkspace(1)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    directory.apply([{ kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 1, role: "observer" } }]);
    expect([me?.may(1, "devices"), me?.record.has(0), me?.view.has(0)]).toEqual([false, false, true]);
    directory.apply([{ kind: "membership", op: "delete", uid: 1 }]);
    expect([me?.view.has(0), me?.inWorkspace(1), me?.operate]).toEqual([false, false, true]);
  });
});

test("the devices of a product are taken from everybody with it, before they are taken down", () => {
  const { directory, authority, rights } = make();
  directory.apply(Array.from({ length: 500 }, (_, i) => device(10 + i, ["t"])));
  const [owner, tagged, none] = ["u:1", "a:1", "a:9"].map((key) => authority.principalOf(key));
  const nodes = [...directory.devices()];
  const bits = () => nodes.map((node) => [owner?.mayView(node), owner?.mayRecord(node), tagged?.mayView(node)]);
  expect(bits().at(-1)).toEqual([true, true, true]);
  rights.length = 0;
  const steps = directory.applyInSteps([{ kind: "product", op: "delete", uid: 1 }]);
  steps.next();
  for (const [...may] of bits()) expect(may).toEqual([false, false, false]);
  expect(rights.toSorted()).toEqual(["a:1 narrowed", "u:1 narrowed"]);
  expect(none).toBeUndefined();
  for (const _ of steps) expect(bits().flat()).not.toContain(true);
  expect(rights).toHaveLength(2);
});

test("many devices that change at once: each account's rights are computed once behind them, in a step of its own", () => {
  const { directory, authority, rights } = make();
  const many = Array.from({ length: 1000 }, (_, i) => device(100 + i, i % 2 === 0 ? ["t"] : []));
  // one whose only right goes with its device
  directory.apply([apiUser(5, true, [{ scope: "device", device: 100, can: ["view"] }])]);
  const [owner, tagged, own] = [
    authority.principalOf("u:1"),
    authority.principalOf("a:1"),
    authority.principalOf("a:5"),
  ];
  const may = () =>
    [...directory.devices()].map((node) => [
      node.row.uid,
      owner?.mayView(node),
      owner?.mayRecord(node),
      tagged?.mayView(node),
    ]);
  /** As an authority that comes anew has it. */
  const anew = () => {
    const fresh = new Authority(directory);
    const [owns, tag] = [fresh.principalOf("u:1"), fresh.principalOf("a:1")];
    return [...directory.devices()].map((node) => [
      node.row.uid,
      owns?.mayView(node),
      owns?.mayRecord(node),
      tag?.mayView(node),
    ]);
  };
  const apply = (changes: readonly FleetChange[]) => {
    rights.length = 0;
    let most = 0;
    for (const _ of directory.applyInSteps(changes)) {
      most = Math.max(most, rights.length);
      expect(rights.length).toBeLessThanOrEqual(most + 1);
    }
    expect(may()).toEqual(anew());
    return rights.toSorted();
  };
  expect(apply(many)).toEqual(["a:1 widened", "a:5 widened", "u:1 widened"]);
  expect([...(own?.view.values() ?? [])]).toHaveLength(1);
  // the first half is left, the second half gets the tag, and others go
  const changed = many.flatMap((_, i): FleetChange[] => [
    i % 5 === 0 ? { kind: "device", op: "delete", uid: 100 + i } : device(100 + i, i < 500 ? [] : ["t"]),
  ]);
  expect(apply(changed)).toEqual(["a:1 narrowed", "a:5 narrowed", "u:1 narrowed"]);
  expect([...(own?.view.values() ?? [])]).toEqual([]);
  expect(
    apply(
      changed.flatMap((one) =>
        one.kind === "device" && one.op === "put" ? [{ kind: "device", op: "delete", uid: one.row.uid } as const] : [],
      ),
    ),
  ).toEqual(["a:1 narrowed", "u:1 narrowed"]);
  // few are told at once again
  directory.apply([device(9, ["t"])]);
  expect(may()).toEqual(anew());
});
