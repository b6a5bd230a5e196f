import { describe, expect, test } from "bun:test";
import { refusalOf } from "../base/refusal.testing.ts";
import { configurationOf, productDecoder } from "./decoders.ts";
import { Directory } from "./directory.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";

function make() {
  const [store, directory] = [new MemoryFleet(), new Directory()];
  let n = 0;
  const random = (size: number) => new Uint8Array(size).fill(++n);
  const service = new FleetService({ store, directory, micros: () => 1000, random });
  const product = (text: string) => `workspaces: [{ slug: w, products: [{ slug: p, ${text} }] }]`;
  const apply = async (text: string) =>
    (await service.applyFile(text)).lines.map(({ sign, text }) => `${sign} ${text}`);
  return { store, directory, service, product, apply };
}
const KEY = "11111111-2222-4333-8444-555555555555";
const UUID = "6b98a3bb-9ae1-418f-9375-f23091a849cd";

describe("what a fleet file says of integrations", () => {
  test("a decoder, a key, switches and limits; applied again, nothing changes, and no key is told", async () => {
    const { apply, directory } = make();
    const text = `
workspaces:
  - slug: w
    uuid: ${UUID}
    products:
      - slug: p
        uuid: ${UUID}
        integration_key: ${KEY}
        accepts_product_uuid: false
        network_token_needed: false
        creates_devices: 10
        creates_fields: 5
        decoder: |
          function Decoder(bytes) {
            return [{ field: "T", value: bytes[0] }];
          }
        fields:
          - { id: T, type: NUMERIC, role: PRIMARY, semantic: TEMPERATURE, uuid: ${UUID} }
users: [{ email: a@example.com, uuid: ${UUID} }]
`;
    const lines = await apply(text);
    expect(lines).toContain("+ product p");
    expect(lines.join("\n")).not.toContain(KEY);
    const node = directory.product("p");
    expect(node?.row).toMatchObject({
      ...{ uuid: UUID, integrationKey: KEY, acceptsProductUuid: false, networkTokenNeeded: false },
      ...{ createsDevices: 10, createsFields: 5, decoder: 1 },
    });
    expect(node?.fields.get("T")?.row).toMatchObject({ role: "primary", semantic: "temperature", uuid: UUID });
    expect([directory.workspaceBySlug("w")?.uuid, directory.userByEmail("a@example.com")?.uuid]).toEqual([UUID, UUID]);
    expect(node && productDecoder(directory, node)?.by).toBe("the fleet file");
    expect(await apply(text)).toEqual(["= everything is already as the file says"]);
  });

  test("what a file takes back, and what it leaves out and stays", async () => {
    const { apply, directory, product } = make();
    await apply(
      product(
        `decoder: "one", creates_devices: 10, accepts_product_uuid: false, fields: [{ id: T, type: INT, role: primary }]`,
      ),
    );
    expect(await apply(product(`decoder: { code: "two", function: Decoder, note: why }`))).toEqual([
      "~ product p: decoder 1 → 2",
      "= field of p T is not in the file and is left alone",
    ]);
    expect(directory.product("p")?.row).toMatchObject({ createsDevices: 10, acceptsProductUuid: false, decoder: 2 });
    expect(directory.named("decoder", directory.product("p")?.row.uid ?? 0, "2")).toMatchObject({
      function: "Decoder",
      note: "why",
    });
    expect(await apply(product(`decoder: one, integration_key: ${KEY.toUpperCase()}`))).toContain(
      '~ product p: integration_key "the old one" → "the one in the file", decoder 2 → 1',
    );
    await apply(
      product(`decoder: "", creates_devices: "", accepts_product_uuid: true, fields: [{ id: T, type: INT, role: "" }]`),
    );
    const row = directory.product("p")?.row ?? {};
    expect(["decoder" in row, "createsDevices" in row, "acceptsProductUuid" in row]).toEqual([false, false, false]);
    expect(directory.product("p")?.fields.get("T")?.row.role).toBeUndefined();
  });

  test("a role goes from one field to another in one file", async () => {
    const { apply, directory, product } = make();
    const fields = (a: string, b: string) =>
      product(`fields: [{ id: A, type: INT, role: "${a}" }, { id: B, type: INT, role: "${b}" }]`);
    await apply(fields("primary", "secondary"));
    await apply(fields("secondary", "primary"));
    const role = (id: string) => directory.product("p")?.fields.get(id)?.row.role;
    expect([role("A"), role("B")]).toEqual(["secondary", "primary"]);
  });

  test("configuration: fields at the product, values at the devices, ranges too", async () => {
    const { apply, directory, store, product } = make();
    const fields = `configuration: [{ id: depth, type: number, default: 1.5, unit: m }, { id: note, type: text }, { id: on, type: boolean, default: false }]`;
    const devices = `devices: [{ id: a, configuration: { depth: 4, note: "0123" } }, { id: "d{1..3}", configuration: { on: true } }, { id: z }]`;
    const lines = await apply(product(`${fields}, ${devices}`));
    expect(lines).toContain("+ configuration field p/depth (number)");
    const of = (id: string) => {
      const device = directory.product("p")?.device(id);
      return device && configurationOf(directory, device);
    };
    expect([of("a"), of("d2"), of("z")]).toEqual([
      { depth: 4, note: "0123", on: false },
      { depth: 1.5, note: null, on: true },
      { depth: 1.5, note: null, on: false },
    ]);
    const commits = store.commits;
    expect(await apply(product(`${fields}, ${devices}`))).toEqual(["= everything is already as the file says"]);
    expect(store.commits).toBe(commits);
    expect(await apply(product(`devices: [{ id: a, configuration: { depth: "", note: x } }]`))).toContain(
      "~ device p/a",
    );
    expect(of("a")).toEqual({ depth: 1.5, note: "x", on: false });
    expect(await apply(product(`configuration: [{ id: depth, type: number, default: "" }]`))).toContain(
      "~ configuration field p/depth (number): default 1.5 → none",
    );
  });

  const bad: [string, string, string][] = [
    ["no UUID", "uuid: 12", "uuid: allowed is a UUID"],
    ["a switch that is neither", "accepts_product_uuid: maybe", "accepts_product_uuid"],
    ["too many devices", "creates_devices: 100001", "from 0 to 100000"],
    ["code that is too long", `decoder: "${"x".repeat(262_145)}"`, "at most 262144"],
    ["a decoder without code", "decoder: { note: x }", "decoder"],
    ["a function that there is not", "decoder: { code: x, function: main }", "decoder"],
    ["a role that there is not", "fields: [{ id: T, type: INT, role: third }]", "allowed is primary"],
    [
      "a semantic with a typing error",
      "fields: [{ id: T, type: INT, semantic: temprature }]",
      'did you mean "temperature"?',
    ],
    [
      "two fields of one role",
      "fields: [{ id: T, type: INT, role: primary }, { id: U, type: INT, role: primary }]",
      "fields[1].role: both T and U",
    ],
    [
      "a configuration field twice",
      "configuration: [{ id: a, type: text }, { id: a, type: text }]",
      "in the file twice",
    ],
    ["a configuration field that is no name", 'configuration: [{ id: "1a", type: text }]', "a letter, then letters"],
    ["a default of another type", "configuration: [{ id: a, type: number, default: x }]", "allowed is a number"],
    ["a value of no field", "devices: [{ id: d, configuration: { b: 1 } }]", 'no configuration field "b"'],
    [
      "a value of another type",
      "configuration: [{ id: a, type: boolean }], devices: [{ id: d, configuration: { a: 1 } }]",
      "true or false",
    ],
  ];
  test.each(bad)("%s is refused with its place in the file", async (_, text, says) => {
    const { service, product, store } = make();
    const refusal = await refusalOf(service.applyFile(product(text)));
    expect([refusal.code, refusal.message]).toEqual(["invalid_fleet", expect.stringContaining(says)]);
    expect(store.commits).toBe(0);
  });

  test("the type of a configuration field cannot change", async () => {
    const { apply, service, product } = make();
    await apply(product("configuration: [{ id: a, type: text }]"));
    const refusal = await refusalOf(service.applyFile(product("configuration: [{ id: a, type: number }]")));
    expect([refusal.code, refusal.message]).toEqual(["immutable", expect.stringContaining("a of p is text")]);
  });
});
