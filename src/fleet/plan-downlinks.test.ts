import { describe, expect, test } from "bun:test";
import { refusalOf } from "../base/refusal.testing.ts";
import { Directory } from "./directory.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";

function make() {
  const [store, directory] = [new MemoryFleet(), new Directory()];
  const random = (size: number) => new Uint8Array(size).fill(7);
  const service = new FleetService({ store, directory, micros: () => 1000, random });
  const apply = async (text: string) =>
    (await service.applyFile(text)).lines.map(({ sign, text }) => `${sign} ${text}`);
  return { store, directory, service, apply };
}
const FILE = `
workspaces:
  - slug: w
    networks:
      - { name: ttn, type: tti, server: "https://eu1.example", application: app, webhook: hook, key: NNSXS.SECRET }
    products:
      - slug: p
        network: ttn
        fields: [{ id: INTERVAL, type: INT }]
        downlinks:
          - name: set-interval
            port: 10
            confirmed: true
            fields: [interval]
            triggers: [interval]
            wait: 600
            encoder: |
              function Encoder(measurements, port) { return [measurements.INTERVAL.value]; }
          - { name: reset, hex: "01 FF" }
`;

describe("what a fleet file says of downlinks", () => {
  test("networks, which one a product uses, and its downlinks; applied again, nothing changes", async () => {
    const { apply, directory } = make();
    expect(await apply(FILE)).toEqual([
      "+ workspace w",
      "+ network w/ttn (tti)",
      "+ product p",
      "+ field p/INTERVAL (INT)",
      "+ downlink p/set-interval",
      "+ downlink p/reset",
    ]);
    const product = directory.product("p")?.row.uid ?? 0;
    expect(directory.named("network", 1, "ttn")).toMatchObject({ type: "tti", key: "NNSXS.SECRET", webhook: "hook" });
    expect(directory.product("p")?.row.network).toBe("ttn");
    expect(directory.named("downlink", product, "set-interval")).toMatchObject({
      ...{ way: "network", source: "encoder", port: 10, confirmed: true, wait: 600, active: true },
      ...{ fields: ["INTERVAL"], triggers: ["INTERVAL"] },
    });
    expect(directory.named("downlink", product, "reset")).toMatchObject({ source: "hex", content: "01 FF", port: 1 });
    expect(await apply(FILE)).toEqual(["= everything is already as the file says"]);
  });

  test("what changes is said, and no key is; what the file does not mention stays", async () => {
    const { apply, directory, store } = make();
    await apply(FILE);
    const network = (more: string) => `workspaces: [{ slug: w, networks: [{ name: ttn, type: tti, ${more} }] }]`;
    const lines = async (text: string) => (await apply(text)).filter((line) => !line.startsWith("="));
    expect(await lines(network("key: NNSXS.OTHER"))).toEqual([
      '~ network w/ttn (tti): key "the old one" → "the one in the file"',
    ]);
    expect(await lines(network("webhook: other"))).toEqual(['~ network w/ttn (tti): webhook "hook" → "other"']);
    expect(directory.named("network", 1, "ttn")).toMatchObject({ key: "NNSXS.OTHER", webhook: "other" });
    const downlink = (more: string) =>
      `workspaces: [{ slug: w, products: [{ slug: p, downlinks: [{ name: set-interval, ${more} }] }] }]`;
    expect(await lines(downlink("port: 11, active: false"))).toEqual([
      "~ downlink p/set-interval: port 10 → 11, active true → false",
    ]);
    expect(await lines(downlink("text: on"))).toEqual(['~ downlink p/set-interval: made_by "an encoder" → "text on"']);
    expect(await lines('workspaces: [{ slug: w, products: [{ slug: p, network: "" }] }]')).toEqual([
      '~ product p: network "ttn" → none',
    ]);
    expect(JSON.stringify(store.audited)).not.toContain("NNSXS");
  });

  test.each([
    ["a type that there is not", "networks: [{ name: n, type: ttn }]", "networks[0].type: allowed is tti,"],
    [
      "a setting that is missing",
      "networks: [{ name: n, type: loriot, server: https://l.example, key: k }]",
      "networks[0].application: a network of type loriot needs it",
    ],
    [
      "one that is of no use",
      "networks: [{ name: n, type: helium, key: k }]",
      "networks[0].key: a network of type helium has no use for it",
    ],
    [
      "a key without its AS_ID",
      "networks: [{ name: n, type: actility, server: https://a.example, key: k }]",
      "networks[0].application: a signed request",
    ],
    [
      "a server with a user name",
      "networks: [{ name: n, type: helium, server: https://u:p@h.example }]",
      "networks[0].server: allowed is an address",
    ],
    ["the same network twice", "networks: [{ name: n, type: helium }, { name: n, type: helium }]", "networks[1].name:"],
    [
      "a network that there is not",
      "products: [{ slug: p, network: n }]",
      'products[0].network: The workspace has no network "n": it has none yet.',
    ],
    [
      "nothing to send",
      "products: [{ slug: p, downlinks: [{ name: d }] }]",
      "downlinks[0]: a downlink is made of one of",
    ],
    ["two things to send", "products: [{ slug: p, downlinks: [{ name: d, hex: '01', text: x }] }]", "made of one of"],
    [
      "a field that there is not",
      "products: [{ slug: p, downlinks: [{ name: d, hex: '01', triggers: [X] }] }]",
      "downlinks[0].triggers: the product has no field X",
    ],
    [
      "no hexadecimal digits",
      "products: [{ slug: p, downlinks: [{ name: d, hex: 'xy' }] }]",
      "downlinks[0].source: allowed are 1 to 242 bytes",
    ],
    [
      "a port of the network's own",
      "products: [{ slug: p, downlinks: [{ name: d, hex: '01', port: 224 }] }]",
      "downlinks[0].port: allowed is 1 to 223",
    ],
    [
      "a field to write that is not named",
      "products: [{ slug: p, downlinks: [{ name: d, sent_by: field, text: x }] }]",
      "downlinks[0].target: is needed",
    ],
    [
      "a message that is always the same",
      "products: [{ slug: p, downlinks: [{ name: d, sent_by: broker, text: x }] }]",
      "made by an encoder",
    ],
    [
      "a wait of a second",
      "products: [{ slug: p, downlinks: [{ name: d, hex: '01', wait: 1 }] }]",
      "downlinks[0].wait: allowed are 10 to",
    ],
  ])("%s is refused with its place", async (_, text, message) => {
    const { service, store } = make();
    const refusal = await refusalOf(service.applyFile(`workspaces: [{ slug: w, ${text} }]`));
    expect([refusal.code, refusal.message]).toEqual(["invalid_fleet", expect.stringContaining(message)]);
    expect(refusal.message).toContain("workspaces[0].");
    expect(store.commits).toBe(0);
  });
});
