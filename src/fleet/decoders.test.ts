import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { refusalOf } from "../base/refusal.testing.ts";
import { configurationOf, decoderVersions, productDecoder } from "./decoders.ts";
import { Directory } from "./directory.ts";
import { rollBackDecoder, setDecoder, switchDecoderOff, useDecoder } from "./edit/decoders.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";
import { newUuid, uuidOf } from "./uuids.ts";

let given = 0;
const random = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i === 0 ? ++given : i));

async function filled() {
  const [store, directory] = [new MemoryFleet(), new Directory()];
  const service = new FleetService({ store, directory, micros: () => 1000, random });
  const text = `
workspaces:
  - slug: acme
    products: [{ slug: p, fields: [{ id: T, type: NUMERIC }], devices: [{ id: a }, { id: b }] }]
users: [{ email: me@example.com }]`;
  await service.applyFile(text);
  const product = directory.product("p");
  if (product === undefined) throw new Error("the product is not there");
  const edit = <T>(decide: (draft: Draughtsman) => T) => service.edit(decide);
  const set = (code: string) => edit((draft) => setDecoder(draft, product, { code, by: "me" }));
  const inForce = () => productDecoder(directory, product);
  return { store, directory, service, product, edit, set, inForce };
}

describe("decoder versions", () => {
  test("each other code is a version; the same code is the version that there is", async () => {
    const { set, inForce, directory, product } = await filled();
    expect(inForce()).toBeNull();
    expect([await set("a"), await set("b"), await set("b"), await set("a")]).toEqual([1, 2, 2, 1]);
    expect(inForce()).toMatchObject({ number: 1, code: "a", function: null, created: 1000, by: "me", note: "" });
    expect(decoderVersions(directory, product.row.uid).map(({ number }) => number)).toEqual([1, 2]);
    expect(await set("c")).toBe(3);
  });

  test("rolling back goes one version further each time; off leaves the versions; on again by number", async () => {
    const { set, inForce, edit, product } = await filled();
    for (const code of ["a", "b", "c"]) await set(code);
    expect([await edit((d) => rollBackDecoder(d, product)), await edit((d) => rollBackDecoder(d, product))]).toEqual([
      2, 1,
    ]);
    expect((await refusalOf(edit((d) => rollBackDecoder(d, product)))).code).toBe("not_found");
    await edit((d) => switchDecoderOff(d, product));
    expect(inForce()).toBeNull();
    expect((await refusalOf(edit((d) => useDecoder(d, product, 9)))).message).toContain("no version 9");
    await edit((d) => useDecoder(d, product, 2));
    expect(inForce()?.code).toBe("b");
  });

  test("a hundred are kept, and 1 MiB of code; the numbers go on", async () => {
    const { set, directory, product } = await filled();
    for (let n = 1; n <= 103; n++) await set(`code ${n}`);
    const numbers = () => decoderVersions(directory, product.row.uid).map(({ number }) => number);
    expect([numbers().length, numbers()[0], numbers().at(-1)]).toEqual([100, 4, 103]);
    for (let n = 0; n < 17; n++) await set(`${n}`.padEnd(250 * 1024));
    expect([numbers().length, numbers().at(-1)]).toEqual([4, 120]);
  });

  test.each([
    ["nothing", "  \n", "no code"],
    ["too much", "é".repeat(128 * 1024 + 1), "at most 262144"],
    ["half a character", "a\ud800", "well-formed"],
  ])("%s is refused in words", async (_, code, says) => {
    const refusal = await refusalOf((await filled()).set(code));
    expect([refusal.code, refusal.message]).toEqual(["invalid_request", expect.stringContaining(says)]);
  });

  test("the audit log tells of a version without its code, and of no key", async () => {
    const { set, store } = await filled();
    await set("function Decoder() { /* sesame */ }");
    const entry = store.audited.find(({ action }) => action === "decoder.create");
    expect(entry).toMatchObject({ name: "p/1", after: { product: "p", number: 1, code: "35 characters" } });
    const all = JSON.stringify(store.audited);
    expect([all.includes("sesame"), all.includes("integrationKey")]).toEqual([false, false]);
  });
});

test("rows get UUIDs when they are made, and keep them; a product is found by both of its own", async () => {
  const { directory, product, service, edit, set } = await filled();
  const { uuid = "", integrationKey = "" } = product.row;
  const rows = [
    directory.workspaceBySlug("acme"),
    product.fields.get("T")?.row,
    directory.userByEmail("me@example.com"),
  ];
  const all = [uuid, integrationKey, ...rows.map((row) => row?.uuid ?? "")];
  expect(new Set(all).size).toBe(5);
  for (const one of all) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  await set("x");
  await service.applyFile("workspaces: [{ slug: acme, products: [{ slug: p, name: Other }] }]");
  expect([product.row.name, product.row.uuid, product.row.integrationKey]).toEqual(["Other", uuid, integrationKey]);
  const { productKeys } = directory;
  expect([productKeys.byUuid(uuid), productKeys.byIntegrationKey(integrationKey)]).toEqual([product, product]);
  const next = newUuid(random);
  await edit((d) => d.drafts.push({ kind: "product", op: "put", row: { ...product.row, integrationKey: next } }));
  expect([productKeys.byIntegrationKey(integrationKey), productKeys.byIntegrationKey(next)]).toEqual([
    undefined,
    product,
  ]);
  await edit((d) => d.drafts.push({ kind: "product", op: "delete", uid: product.row.uid }));
  expect([productKeys.byUuid(uuid), productKeys.byIntegrationKey(next)]).toEqual([undefined, undefined]);
});

test("a device's configuration is its own values, else the defaults", async () => {
  const { directory, product, edit } = await filled();
  await edit((d) => {
    const base = { product: product.row.uid, name: "", unit: null, description: null };
    const [a, b] = [d.temporary(), d.temporary()];
    d.drafts.push(
      { kind: "configurationField", op: "put", row: { ...base, uid: a, id: "depth", type: "number", default: 1 } },
      { kind: "configurationField", op: "put", row: { ...base, uid: b, id: "on", type: "boolean", default: null } },
      {
        kind: "configurationValue",
        op: "put",
        row: { uid: 0, device: product.device("a")?.row.uid ?? 0, field: a, value: 2 },
      },
    );
  });
  const of = (id: string) => {
    const device = product.device(id);
    return device && configurationOf(directory, device);
  };
  expect([of("a"), of("b")]).toEqual([
    { depth: 2, on: null },
    { depth: 1, on: null },
  ]);
});

test("what is a UUID is one in any case, and nothing else is", () => {
  fc.assert(fc.property(fc.uuid(), (one) => expect(uuidOf(one.toUpperCase())).toBe(one)));
  fc.assert(fc.property(fc.string(), (text) => expect(uuidOf(`${text}x`)).toBeNull()));
});
