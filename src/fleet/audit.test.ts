import { describe, expect, test } from "bun:test";
import { atOnce } from "../base/turns.ts";
import { type Actor, auditInSteps } from "./audit.ts";
import { actionOf } from "./audit-action.ts";
import { Directory } from "./directory.ts";
import { revokeOldIntegrationKey, rotateIntegrationKey } from "./edit/integrations.ts";
import { rotateWebhookSecret } from "./edit/webhooks.ts";
import type { ProductNode } from "./nodes.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";
import type { Webhook } from "./types.ts";

const ME: Actor = { key: "u:9", name: "me@example.com", from: "192.0.2.9" };
const FILE = `
workspaces:
  - slug: acme
    products:
      - { slug: p, fields: [{ id: T, type: INT }], devices: [{ id: a, serial: S1 }, { id: b }] }
    api_users: [{ name: x, rights: [{ device_ids: [a], can: [view] }] }]
users: [{ email: me@example.com, workspaces: { acme: member } }]
`;
async function filled() {
  let n = 0;
  const directory = new Directory();
  const store = new MemoryFleet();
  const service = new FleetService({
    store,
    directory,
    micros: () => 1000,
    random: (size) => new Uint8Array(size).fill(++n),
  });
  await service.applyFile(FILE, { by: ME });
  return { directory, store, service };
}

const WITHOUT_A = { kind: "device", op: "delete", uid: 1 } as const;

test.each([
  ["api_user.create", "api_user.create"],
  ["apiUser.create", "api_user.create"],
  ["ApiUser.create", "api_user.create"],
  ["api-user create", "api_user.create"],
  ["api user create", "api_user.create"],
  [" api-user  delete ", "api_user.delete"],
  ["api-user", "api_user"],
  ["apiUser", "api_user"],
  ["device", "device"],
  ["device.delete", "device.delete"],
  ["account signed in", "account.signed_in"],
  ["account.sign-in-refused", "account.sign_in_refused"],
  ["measurements repair", "measurements.repair"],
])("the action that is written %p is %p", (text, action) => {
  expect(actionOf(text)).toBe(action);
});

describe("the audit log of changes", () => {
  test("a fleet file: every row that it makes, with its name and its workspace", async () => {
    const { store } = await filled();
    const told = store.audited.map((e) => `${e.action} ${e.name} ${e.workspace}`).sort();
    expect(told).toEqual(
      [
        "api_user.create x@acme 1",
        "device.create p/a 1",
        "device.create p/b 1",
        "field.create p/T 1",
        "membership.create me@example.com 1",
        "product.create p 1",
        ...["token.create #1 of x@acme 1", "token.create #2 of me@example.com null"],
        "user.create me@example.com null",
        "workspace.create acme 1",
      ].sort(),
    );
    for (const e of store.audited) expect(e).toMatchObject({ by: ME, time: 1000, before: null });
    const device = store.audited.find((e) => e.name === "p/a");
    expect(device?.after).toEqual({ product: "p", id: "a", name: "a", serial: "S1", tags: [] });
  });

  test("what a row refers to is named: workspaces, products, people, API users, and what grants are on", async () => {
    const { store, service } = await filled();
    const after = (name: string) => store.audited.find((e) => e.name === name)?.after;
    expect(after("p/T")).toMatchObject({ product: "p" });
    expect(after("p")).toMatchObject({ workspace: "acme" });
    expect(after("me@example.com")).toEqual({
      email: "me@example.com",
      admin: false,
      uuid: expect.stringContaining("-4"),
    });
    expect(store.audited.find((e) => e.action === "membership.create")?.after).toMatchObject({
      workspace: "acme",
      user: "me@example.com",
    });
    expect(after("#1 of x@acme")).toMatchObject({ apiUser: "x@acme", user: null });
    expect(after("x@acme")).toMatchObject({
      workspace: "acme",
      grants: [{ scope: "device", product: "p", device: "a", can: ["view"] }],
    });
    store.audited.length = 0;
    await service.applyFile(FILE.replace("device_ids: [a]", "products: [p]"), { by: ME });
    expect(store.audited[0]).toMatchObject({
      before: { grants: [{ scope: "device", product: "p", device: "a" }] },
      after: { grants: [{ scope: "product", product: "p" }] },
    });
  });

  test("a change tells what is different, and nothing else", async () => {
    const { store, service } = await filled();
    store.audited.length = 0;
    await service.applyFile(FILE.replace("serial: S1", "serial: S2, tags: [t]"), { by: ME });
    expect(store.audited).toMatchObject([{ action: "device.update", target: 1, name: "p/a" }]);
    expect(store.audited[0]?.before).toEqual({ serial: "S1", tags: [] });
    expect(store.audited[0]?.after).toEqual({ serial: "S2", tags: ["t"] });
    store.audited.length = 0;
    await service.applyFile(FILE.replace("serial: S1", "serial: S2, tags: [t]"), { by: ME });
    expect(store.audited).toEqual([]);
  });

  test("a deletion tells what there was, and how much goes along", async () => {
    const { store, service, directory } = await filled();
    store.audited.length = 0;
    await service.edit((draft) => void draft.drafts.push(WITHOUT_A), ME);
    expect(store.audited).toMatchObject([{ action: "device.delete", target: 1, name: "p/a", after: null, by: ME }]);
    expect(store.audited[0]?.before).toMatchObject({ id: "a", serial: "S1" });
    const changes = [
      { kind: "product", op: "delete", uid: 1 },
      { kind: "workspace", op: "delete", uid: 1 },
      { kind: "device", op: "delete", uid: 77 },
    ] as const;
    const gone = atOnce(auditInSteps(changes, directory, ME, 5));
    expect(gone.map((e) => [e.action, e.name, e.before?.taken])).toEqual([
      ["product.delete", "p", { devices: 1, fields: 1 }],
      ["workspace.delete", "acme", { products: 1, devices: 1, api_users: 1 }],
    ]);
  });

  test("of many changes it is made in short steps: who imports many devices holds nobody up", async () => {
    const { directory } = await filled();
    const device = (n: number) => ({ uid: 100 + n, product: 1, id: `d${n}`, name: "", serial: null, tags: [] });
    const changes = Array.from({ length: 5000 }, (_, n) => ({ kind: "device", op: "put", row: device(n) }) as const);
    const steps = auditInSteps(changes, directory, ME, 5);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    expect(count).toBe(100);
    expect(step.value.map(({ action, name }) => `${action} ${name}`)).toEqual(
      changes.map(({ row }) => `device.create p/${row.id}`),
    );
  });

  test("tokens and their digests are never in it", async () => {
    const { store, service, directory } = await filled();
    const { token } = await service.createToken("x@acme", { name: "n", by: ME });
    const [row] = [...directory.tokens()].slice(-1);
    await service.revokeToken(token, ME);
    const text = JSON.stringify(store.audited);
    expect(text).toContain('"token.delete"');
    for (const one of [...directory.tokens(), row]) expect(text).not.toContain(one?.hash ?? "?");
    expect(text).not.toContain(token);
  });

  test("who has no account has a name", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    const service = new FleetService({ store, directory, micros: () => 1, random: (n) => new Uint8Array(n).fill(7) });
    await service.firstRun();
    expect(new Set(store.audited.map((e) => e.by.key))).toEqual(new Set(["first_start"]));
    store.audited.length = 0;
    await service.createToken("owner@localhost");
    expect(store.audited).toMatchObject([{ action: "token.create", by: { key: "command_line", from: null } }]);
  });

  test("what was not committed is not noted", async () => {
    const { store, service } = await filled();
    store.audited.length = 0;
    store.failure = new Error("full");
    await expect(service.edit((draft) => void draft.drafts.push(WITHOUT_A))).rejects.toThrow("full");
    expect(store.audited).toEqual([]);
  });

  test("that a secret is another one is told, and never which", async () => {
    const { directory, store, service } = await filled();
    const product = () => directory.product("p") as ProductNode; // the file has it
    const keys = [product().row.integrationKey];
    await service.edit((draft) => keys.push(rotateIntegrationKey(draft, product(), 60_000_000)), ME);
    await service.edit((draft) => revokeOldIntegrationKey(draft, product()), ME);
    const url = "https://hooks.example.com/";
    await service.applyFile(
      `workspaces: [{ slug: acme, webhooks: [{ name: h, url: "${url}", events: [device_measurement], account: x }] }]`,
      { by: ME },
    );
    const hook = () => [...directory.childrenOf("webhook", "workspace", 1)][0] as Webhook; // just made
    keys.push(hook().secret);
    await service.edit((draft) => keys.push(rotateWebhookSecret(draft, hook(), 0)), ME);
    const entries = store.audited.filter(({ action }) => action.endsWith(".update"));
    const shown = entries.map(({ action, name, before, after }) => [action, name, before, after]);
    const good = "good until 1970-01-01T00:01:00.001Z";
    expect(shown).toEqual([
      [
        "product.update",
        "p",
        { integrationKey: "the old one" },
        { integrationKey: "a new one", oldIntegrationKey: good },
      ],
      ["product.update", "p", { oldIntegrationKey: good }, {}],
      ["webhook.update", "h@acme", { secret: "the old one" }, { secret: "a new one" }],
    ]);
    for (const key of keys) expect(JSON.stringify(store.audited)).not.toContain(key);
  });
});
