import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Refusal } from "../base/errors.ts";
import { Directory } from "./directory.ts";
import { readFleetFile, readInSteps } from "./file.ts";
import { type Plan, plan, planInSteps } from "./plan.ts";
import { PlatformTopics } from "../topic/platform.ts";
import { MemoryFleet } from "./testing.ts";
import { hashToken, newToken } from "./token.ts";
import type { Token } from "./types.ts";

const EXAMPLE = `
workspaces:
  - slug: acme
    name: Acme
    products:
      - slug: my-product
        name: My product
        retain_last_values: false
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C" }
          - { id: DOOR, type: BOOL }
          - { id: NOTE, type: STRING }
          - { id: POSITION, type: GEO }
        devices:
          - { id: 6b98a3bb-9ae1-418f-9375-f23091a849cd, name: Boiler room, serial: BR-1, tags: [plant-1] }
          - { id: "dev{0..999}", name: "Simulated {n}" }        # a range makes many
    api_users:
      - name: field devices
        token: 0123456789abcdef0123456789abcdef01234567         # optional; made and shown once when absent
        rights:
          - { devices: all, can: [record_measurements] }
          - { products: [my-product], can: [view] }
          - { tags: [plant-1], can: [record_measurements] }
          - { device_ids: [dev7], can: [view] }
          - { workspace: [members, devices] }
          - { free_topics: ["#", plant/+], except: [test/nosubscribe], can: [publish, subscribe] }
users:
  - { email: owner@example.com, token: 89abcdef0123456789abcdef0123456789abcdef, workspaces: { acme: owner } }
`;
const supplies = () => {
  let n = 0;
  return {
    topics: new PlatformTopics("site9"),
    now: 1_700_000_000_000_000,
    random: (size: number) => new Uint8Array(size).fill(++n),
  };
};
async function apply(directory: Directory, store: MemoryFleet, text: string): Promise<Plan> {
  const made = plan(directory, readFleetFile(text), supplies());
  directory.apply(await store.commit(made.drafts));
  return made;
}
function refusal(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
const one = (inner: string) => `workspaces: [{ slug: acme, ${inner} }]`;
const withProduct = (inner: string) => one(`products: [{ slug: p, ${inner} }]`);
const texts = (p: Plan, sign: string) => p.lines.filter((l) => l.sign === sign).map((l) => l.text);

describe("the fleet file", () => {
  test("the example of the documents works, and applying it again does nothing", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    const first = await apply(directory, store, EXAMPLE);
    expect(first.newTokens).toEqual([]);
    const product = directory.product("my-product");
    expect(product?.devicesById.size).toBe(1001);
    expect(product?.device("BR-1")?.row).toMatchObject({ name: "Boiler room", tags: ["plant-1"] });
    expect(product?.device("dev999")?.row).toMatchObject({ name: "Simulated 999", serial: null });
    expect(product?.fields.get("TEMPERATURE")?.row).toMatchObject({ type: "NUMERIC", unit: "°C" });
    const token = directory.tokenByHash(hashToken("0123456789abcdef0123456789abcdef01234567"));
    const apiUser = directory.apiUser(token?.apiUser ?? 0);
    expect(apiUser?.grants).toEqual([
      { scope: "all", can: ["record_measurements"] },
      { scope: "product", product: product?.row.uid ?? 0, can: ["view"] },
      { scope: "tag", tag: "plant-1", can: ["record_measurements"] },
      { scope: "device", device: product?.device("dev7")?.row.uid ?? 0, can: ["view"] },
      { scope: "workspace", can: ["members", "devices"] },
      {
        scope: "free_topics",
        filters: ["#", "plant/+"],
        except: ["test/nosubscribe"],
        can: ["publish", "subscribe"],
      },
    ]);
    expect(texts(first, "+")).toContain("devices my-product/dev{0..999}: 1000 new");
    const again = plan(directory, readFleetFile(EXAMPLE), supplies());
    expect(again.drafts).toEqual([]);
    expect(again.lines).toEqual([{ sign: "=", text: "everything is already as the file says" }]);
  });

  test("absent tokens are made once, shown, and kept", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    const text = `${one("api_users: [{ name: x }]")}\nusers: [{ email: A@Example.com }]`;
    const first = await apply(directory, store, text);
    expect(first.newTokens.map((t) => t.owner)).toEqual(['API user "x" of acme', "user a@example.com"]);
    for (const { token } of first.newTokens) {
      expect(token).toMatch(/^[0-9a-f]{40}$/);
      expect(directory.tokenByHash(hashToken(token))).toBeDefined();
      expect(JSON.stringify([first.drafts, first.lines])).not.toContain(token);
    }
    expect((await apply(directory, store, text)).drafts).toEqual([]);
  });

  test("a different token in the file is added beside the stored one; another account's is refused", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    const [a, b] = ["a".repeat(40), "b".repeat(40)];
    await apply(directory, store, one(`api_users: [{ name: x, token: ${a} }]`));
    const second = await apply(directory, store, one(`api_users: [{ name: x, token: ${b} }]`));
    expect(texts(second, "+")).toEqual(['token …bbbb of API user "x" of acme, beside those it has']);
    expect(directory.tokensOf("a:1")).toHaveLength(2);
    const stolen = readFleetFile(one(`api_users: [{ name: y, token: ${a} }]`));
    const refused = refusal(() => plan(directory, stolen, supplies()));
    expect(refused.code).toBe("invalid_fleet");
    expect(refused.message).toStartWith("workspaces[0].api_users[0].token:");
    expect(refused.message).not.toContain(a);
    const both = readFleetFile(
      one(`api_users: [{ name: y, token: ${"c".repeat(40)} }, { name: z, token: ${"c".repeat(40)} }]`),
    );
    expect(refusal(() => plan(directory, both, supplies())).code).toBe("invalid_fleet");
  });

  test("never deletes, and says what it leaves alone", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    await apply(directory, store, EXAMPLE);
    const less = await apply(
      directory,
      store,
      "workspaces: [{ slug: acme, products: [{ slug: my-product, fields: [{ id: door, type: bool, name: Gate }] }] }]",
    );
    expect(directory.product("my-product")?.devicesById.size).toBe(1001);
    expect(texts(less, "~")).toEqual(['field my-product/DOOR (BOOL): name "DOOR" → "Gate"']);
    expect(texts(less, "=")).toEqual([
      "3 fields of my-product are not in the file and are left alone (TEMPERATURE, NOTE, POSITION)",
      "1001 devices of my-product are not in the file and are left alone (6b98a3bb-9ae1-418f-9375-f23091a849cd, dev0, dev1, …)",
      'API user of acme "field devices" is not in the file and is left alone',
      "user owner@example.com is not in the file and is left alone",
    ]);
  });

  test("changes what may change", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    await apply(directory, store, withProduct("devices: [{ id: a, serial: S1, tags: [t] }, { id: b, serial: S2 }]"));
    const swap = await apply(
      directory,
      store,
      withProduct("bool_text: True, devices: [{ id: a, serial: S2 }, { id: b, serial: S1 }, { id: 007, name: Bond }]"),
    );
    const p = directory.product("p");
    expect(p?.row.boolText).toBe("True");
    expect(p?.device("S2")?.row).toMatchObject({ id: "a", tags: ["t"] });
    expect(p?.device("007")?.row.name).toBe("Bond");
    expect(texts(swap, "~")).toEqual(['product p: bool_text "true" → "True"', "device p/a", "device p/b"]);
    await apply(directory, store, withProduct('devices: [{ id: a, serial: "", tags: [] }]'));
    expect(p?.device("a")?.row).toMatchObject({ serial: null, tags: [] });
  });

  test("rights and MQTT of an API user follow the file; without rights in the file they stay", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    await apply(
      directory,
      store,
      one("api_users: [{ name: x, rights: [{ devices: all, can: [view, record_measurements] }] }]"),
    );
    const reordered = one("api_users: [{ name: x, rights: [{ devices: all, can: [record_measurements, view] }] }]");
    expect((await apply(directory, store, reordered)).drafts).toEqual([]);
    await apply(directory, store, one("api_users: [{ name: x, mqtt: false }]"));
    expect(directory.apiUser(1)).toMatchObject({ mqtt: false, grants: [{ scope: "all" }] });
    const expiring = await apply(
      directory,
      store,
      one("api_users: [{ name: x, expires: 2031-01-01, rights: [{ instance: [operate] }] }]"),
    );
    expect(directory.apiUser(1)?.grants).toEqual([{ scope: "instance", can: ["operate"] }]);
    expect(directory.tokensOf("a:1")[0]?.expires).toBe(Date.UTC(2031, 0, 1) * 1000);
    expect(texts(expiring, "~")).toHaveLength(2);
  });

  test.each([
    ["90d", 90 * 86_400e6],
    ["0d", 0],
    ["2031-01-01", Date.UTC(2031, 0, 1) * 1000],
    ["2031-01-01T12:00+02:00", Date.UTC(2031, 0, 1, 10) * 1000],
    ["2031-01-01T10:00:00.25Z", Date.UTC(2031, 0, 1, 10) * 1000 + 250_000],
    ["null", null],
  ])("expires: %s is what the API takes for it, and applying it again changes nothing", async (text, expires) => {
    const directory = new Directory();
    const store = new MemoryFleet();
    const file = one(`api_users: [{ name: x, expires: ${text}, grants: [{ devices: all, can: [view] }] }]`);
    await apply(directory, store, file);
    const [token] = directory.tokensOf("a:1");
    // days count from when the token was made
    expect(token?.expires ?? null).toBe(text.endsWith("d") ? (token?.created ?? 0) + (expires ?? 0) : expires);
    expect((await apply(directory, store, file)).drafts).toEqual([]);
    await apply(directory, store, one("api_users: [{ name: x, expires: 2032-01-01 }]"));
    await apply(directory, store, file);
    expect(directory.tokensOf("a:1")[0]).toEqual(token as Token);
  });

  test("grants is another word for rights", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    await apply(directory, store, one("api_users: [{ name: x, grants: [{ devices: all, can: [view] }] }]"));
    expect(directory.apiUser(1)?.grants).toEqual([{ scope: "all", can: ["view"] }]);
    const same = await apply(
      directory,
      store,
      one("api_users: [{ name: x, rights: [{ devices: all, can: [view] }] }]"),
    );
    expect(same.drafts).toEqual([]);
    const wrong = (wish: string) => apply(directory, store, one(`api_users: [{ name: x, ${wish} }]`));
    await expect(wrong("rights: [], grants: []")).rejects.toThrow('grants: is another word for "rights"');
    await expect(wrong("grants: [{ products: [nope], can: [view] }]")).rejects.toThrow("api_users[0].grants[0]");
  });

  test("rights on free topics change with their filters and exceptions, in whatever order they stand", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    const file = (right: string) => one(`api_users: [{ name: x, rights: [{ ${right} }] }]`);
    await apply(directory, store, file("free_topics: [a, b/#], except: [b/c, b/d], can: [subscribe, publish]"));
    const reordered = file("free_topics: [b/#, a], except: [b/d, b/c], can: [publish, subscribe]");
    expect((await apply(directory, store, reordered)).drafts).toEqual([]);
    const changed = await apply(
      directory,
      store,
      file("free_topics: [a, b/#], except: [b/c], can: [publish, subscribe]"),
    );
    expect(texts(changed, "~")).toEqual(['API user "x" of acme: its rights become those of the file']);
    const less = await apply(directory, store, file("free_topics: [a, b/#], can: [publish]"));
    expect(texts(less, "~")).toHaveLength(1);
    expect(directory.apiUser(1)?.grants).toEqual([
      { scope: "free_topics", filters: ["a", "b/#"], except: [], can: ["publish"] },
    ]);
  });

  test("roles change, and an unknown workspace is refused", async () => {
    const directory = new Directory();
    const store = new MemoryFleet();
    await apply(
      directory,
      store,
      "workspaces: [{ slug: acme }]\nusers: [{ email: a@b.c, workspaces: { acme: observer } }]",
    );
    const made = await apply(directory, store, "users: [{ email: a@b.c, workspaces: { acme: admin } }]");
    expect(texts(made, "~")).toEqual(['a@b.c in acme (admin): role "observer" → "admin"']);
    const bad = readFleetFile("users: [{ email: a@b.c, workspaces: { nowhere: admin } }]");
    expect(refusal(() => plan(directory, bad, supplies())).message).toContain('"nowhere"');
  });

  const files: [string, string, string][] = [
    [
      "a type that changes",
      withProduct("fields: [{ id: F, type: INT }]"),
      "workspaces[0].products[0].fields[0].type: F of p is NUMERIC",
    ],
    [
      "a serial used twice",
      withProduct("devices: [{ id: a, serial: x }, { id: b, serial: x }]"),
      "devices[1].serial: ",
    ],
    ["a serial that is an id", withProduct("devices: [{ id: a, serial: dev1 }]"), "is the id of another device"],
    ["an id that is a serial", withProduct("devices: [{ id: S1 }]"), "S1"],
    ["a device twice", withProduct('devices: [{ id: a1 }, { id: "a{0..3}" }]'), "devices[1].id"],
    ["a field twice", withProduct("fields: [{ id: a, type: INT }, { id: A, type: INT }]"), "fields[1].id"],
    ["a product twice", one("products: [{ slug: x }, { slug: x }]"), "products[1].slug"],
    ["a workspace twice", "workspaces: [{ slug: x }, { slug: x }]", "workspaces[1].slug"],
    [
      "a product of another workspace",
      "workspaces: [{ slug: other, products: [{ slug: p }] }]",
      "workspaces[0].products[0].slug",
    ],
    ["an API user twice", one("api_users: [{ name: x }, { name: x }]"), "api_users[1].name"],
    ["a user twice", "users: [{ email: a@b.c }, { email: A@b.c }]", "users[1].email"],
    [
      "rights on an unknown product",
      one("api_users: [{ name: x, rights: [{ products: [nope], can: [view] }] }]"),
      "rights[0].products[0]",
    ],
    [
      "rights on an unknown device",
      one("api_users: [{ name: x, rights: [{ device_ids: [nope], can: [view] }] }]"),
      "rights[0].device_ids[0]",
    ],
    [
      "rights on free topics that are the platform's",
      one("api_users: [{ name: x, rights: [{ free_topics: [dtck/#, site9-pub/#], can: [publish] }] }]"),
      'rights[0].free_topics[1]: "site9-pub/#" is no free topic: site9/… and site9-… belong to the platform',
    ],
    [
      "exceptions that are the platform's",
      one("api_users: [{ name: x, rights: [{ free_topics: [a], except: [site9], can: [publish] }] }]"),
      "rights[0].except[0]",
    ],
  ];
  for (const [what, text, says] of files) {
    test(`refused: ${what}`, async () => {
      const directory = new Directory();
      const store = new MemoryFleet();
      await apply(
        directory,
        store,
        withProduct("fields: [{ id: F, type: FLOAT }], devices: [{ id: dev1, serial: S1 }]"),
      );
      const refused = refusal(() => plan(directory, readFleetFile(text), supplies()));
      expect(["invalid_fleet", "immutable"]).toContain(refused.code);
      expect(refused.message).toContain(says);
    });
  }

  test("a device id in several products must be told apart", async () => {
    const text = (ids: string) =>
      `workspaces: [{ slug: w, products: [{ slug: p, devices: [{ id: d }] }, { slug: q, devices: [{ id: d }] }], api_users: [{ name: x, rights: [{ device_ids: [${ids}], can: [view] }] }] }]`;
    const directory = new Directory();
    expect(refusal(() => plan(directory, readFleetFile(text("d")), supplies())).message).toContain("p/d or q/d");
    await apply(directory, new MemoryFleet(), text("q/d"));
    expect(directory.apiUser(1)?.grants).toEqual([
      { scope: "device", device: directory.product("q")?.device("d")?.row.uid ?? 0, can: ["view"] },
    ]);
  });

  test("property: whatever the file before, applying a file twice changes nothing the second time", async () => {
    const name = fc.constantFrom("a", "b", "c");
    const deviceEntry = fc.record({
      id: fc.constantFrom("x", "y", "z", "r{1..3}"),
      name,
      tags: fc.array(name, { maxLength: 2 }),
    });
    const file = fc.record({
      workspaces: fc.uniqueArray(
        fc.record({
          slug: fc.constantFrom("w1", "w2"),
          name,
          api_users: fc.uniqueArray(
            fc.record({
              name,
              rights: fc.constantFrom([], [{ devices: "all", can: ["view"] }], [{ tags: ["a"], can: ["record_only"] }]),
            }),
            { selector: (a) => a.name, maxLength: 2 },
          ),
        }),
        { selector: (w) => w.slug },
      ),
      users: fc.uniqueArray(
        fc.record({ email: fc.constantFrom("a@b.c", "d@e.f"), admin: fc.constantFrom("true", "false") }),
        { selector: (u) => u.email },
      ),
      devices: fc.uniqueArray(deviceEntry, { selector: (d) => d.id, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 4 }), async (all) => {
        const directory = new Directory();
        const store = new MemoryFleet();
        for (const f of all) {
          const workspaces = f.workspaces.map((w) => ({
            ...w,
            products: [{ slug: `p-${w.slug}`, devices: f.devices }],
          }));
          const text = JSON.stringify({ workspaces, users: f.users });
          await apply(directory, store, text);
          expect(plan(directory, readFleetFile(text), supplies()).drafts).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("reading the file", () => {
  const table: [string, string, string][] = [
    ["not YAML", "x: [", "The file is not YAML"],
    ["no group", "[]", "the file: should be a group of keys"],
    ["unknown key", "a: 1", 'the file: unknown key "a"; allowed are workspaces, users'],
    [
      "unknown key inside",
      withProduct("feilds: []"),
      'workspaces[0].products[0]: unknown key "feilds"; allowed are slug, name, retain_last_values, publish_backfill, bool_text, ' +
        "online_timeout, uuid, integration_key, accepts_product_uuid, network_token_needed, creates_devices, creates_fields, decoder, " +
        'configuration, network, downlinks, retention, rollups, fields, devices; did you mean "fields"?',
    ],
    ["empty list", "workspaces:", "workspaces: should be a list"],
    ["missing", "workspaces: [{ name: x }]", "workspaces[0].slug: is missing"],
    ["slug", "workspaces: [{ slug: A_b }]", "workspaces[0].slug: allowed is lower-case letters"],
    [
      "type",
      withProduct("fields: [{ id: A, type: INTEGER }]"),
      'fields[0].type: allowed is NUMERIC, INT, BOOL, STRING, GEO, COUNTER; did you mean "INT"?',
    ],
    ["field id", withProduct("fields: [{ id: _A, type: INT }]"), "fields[0].id: allowed is a letter or digit, then"],
    ["device id", withProduct("devices: [{ id: a/b }]"), "devices[0].id: allowed is 1 to 64 letters"],
    ["range backwards", withProduct('devices: [{ id: "a{9..1}" }]'), "the range ends (1) before it begins (9)"],
    ["range too large", withProduct('devices: [{ id: "a{0..999999}" }]'), "at most 100000"],
    ["range without numbers", withProduct('devices: [{ id: "a{x..y}" }]'), "{0..999}"],
    [
      "range with one serial",
      withProduct('devices: [{ id: "a{1..2}", serial: s }]'),
      "devices[0].serial: every device of a range",
    ],
    ["bool", withProduct("retain_last_values: yes"), "retain_last_values: allowed is true, false"],
    ["token", one("api_users: [{ name: x, token: ABC }]"), "token: allowed is 40 lower-case hexadecimal"],
    ["control characters", one('name: "a\\e[31m"'), "name: allowed is 1 to 200 characters"],
    ["rights without can", one("api_users: [{ name: x, rights: [{ devices: all }] }]"), "rights[0].can: is needed"],
    [
      "rights with two scopes",
      one("api_users: [{ name: x, rights: [{ devices: all, tags: [a], can: [view] }] }]"),
      "exactly one of",
    ],
    ...(
      [
        ["filter", "free_topics: [a#], can: [publish]", "rights[0].free_topics[0]: allowed is a topic filter"],
        ["$", 'free_topics: ["$SYS/#"], can: [publish]', "rights[0].free_topics[0]: topics that begin with $"],
        ["share", 'free_topics: ["$share/g/a"], can: [publish]', "topics that begin with $"],
        [
          "exception",
          "free_topics: [a], except: [+a], can: [publish]",
          "rights[0].except[0]: allowed is a topic filter",
        ],
        ["no can", "free_topics: [a]", "rights[0].can: is needed: a list of publish, subscribe"],
        [
          "view",
          "free_topics: [a], can: [view]",
          'rights[0].can[0]: allowed beside "free_topics" is publish, subscribe',
        ],
        [
          "publish on devices",
          "devices: all, can: [view, publish]",
          'can[1]: allowed beside "devices" is view, record_only',
        ],
        ["except on devices", "devices: all, except: [a], can: [view]", 'except: belongs beside "free_topics" alone'],
        ["no filter", "free_topics: [], can: [publish]", "rights[0].free_topics: should not be empty"],
      ] as const
    ).map(([what, right, says]): [string, string, string] => [
      `rights on free topics: ${what}`,
      one(`api_users: [{ name: x, rights: [{ ${right} }] }]`),
      says,
    ]),
    [
      "role",
      "users: [{ email: a@b.c, workspaces: { w: king } }]",
      "users[0].workspaces.w: allowed is owner, admin, member, observer",
    ],
    ["expires", "users: [{ email: a@b.c, expires: soon }]", "users[0].expires: allowed is a date"],
    ["__proto__", "users: [{ __proto__: 1 }]", "__proto__"],
    ["key twice", "users: []\nusers: []", "line 2"],
  ];
  for (const [what, text, says] of table) {
    test(what, () => {
      const refused = refusal(() => readFleetFile(text));
      expect(refused.code).toBe("invalid_fleet");
      expect(refused.message).toContain(says);
    });
  }

  test("scalars are what was typed; ranges count", () => {
    const file = readFleetFile(
      withProduct(
        'devices: [{ id: 0123, serial: 12e3 }, { id: "n{08..10}", name: "N {n}", serial: "s-{n}", tags: ["t{n}"] }]',
      ),
    );
    const devices = file.workspaces[0]?.products[0]?.devices.flatMap((d) => d.devices);
    expect(devices?.map((d) => [d.id, d.serial, d.name])).toEqual([
      ["0123", "12e3", undefined],
      ["n08", "s-08", "N 08"],
      ["n09", "s-09", "N 09"],
      ["n10", "s-10", "N 10"],
    ]);
    expect(devices?.[3]?.tags).toEqual(["t10"]);
    expect(readFleetFile("")).toEqual({ workspaces: [], users: [] });
  });

  test("a refusal never repeats a secret", () => {
    const token = newToken((n) => new Uint8Array(n).fill(0xab));
    for (const text of [`users: [{ email: x, token: ${token} }`, `users: [{ email: x, token: ${token}f }]`]) {
      expect(refusal(() => readFleetFile(text)).message).not.toContain(token);
    }
  });
});

describe("what a file says about fields and devices beside what makes them", () => {
  const file = (field: string, device: string, product = "") => `
workspaces:
  - slug: acme
    products:
      - { slug: p, ${product} fields: [{ id: T, type: INT ${field} }], devices: [{ id: a ${device} }] }
`;
  const rows = (directory: Directory) => {
    const node = directory.product("p");
    return [node?.row, node?.fields.get("T")?.row, node?.devicesById.get("a")?.row];
  };
  const FULL = file(
    ", decimals: 2, description: of the motor, active: false",
    ', location: hall 3, metadata: { floor: 3, of: [a, "1", 007, 1.50, -2.5, true, null, 123456789012345678901] }, online_timeout: 60',
    "online_timeout: 90,",
  );

  test("is kept, stays when a file says nothing of it, and goes when a file says so", async () => {
    const [directory, store] = [new Directory(), new MemoryFleet()];
    await apply(directory, store, FULL);
    const said = [
      { onlineTimeout: 90 },
      { decimals: 2, description: "of the motor", active: false },
      {
        location: "hall 3",
        metadata: '{"floor":3,"of":["a","1","007","1.50",-2.5,true,null,"123456789012345678901"]}',
        onlineTimeout: 60,
      },
    ];
    expect(rows(directory)).toMatchObject(said);
    expect((await apply(directory, store, FULL)).drafts).toEqual([]);
    expect((await apply(directory, store, file("", ""))).drafts).toEqual([]);
    await apply(directory, store, file(", name: t", ", name: b"));
    expect(rows(directory)).toMatchObject(said);
    const none = file(
      ', decimals: "", description: "", active: true',
      ', location: "", metadata: "", online_timeout: ""',
      'online_timeout: "",',
    );
    const { lines } = await apply(directory, store, none);
    expect(lines.map(({ text }) => text)).toContain(
      'field p/T (INT): decimals 2 → none, description "of the motor" → none, active false → true',
    );
    const [product, field, device] = rows(directory);
    expect(product).not.toHaveProperty("onlineTimeout");
    for (const key of ["decimals", "description", "active"]) expect(field).not.toHaveProperty(key);
    for (const key of ["location", "metadata", "onlineTimeout"]) expect(device).not.toHaveProperty(key);
  });

  test.each([
    [file(", decimals: 16", ""), "fields[0].decimals"],
    [file(", decimals: many", ""), "fields[0].decimals"],
    [file(", active: maybe", ""), "fields[0].active"],
    [file("", ", online_timeout: 5"), "devices[0].online_timeout"],
    [file("", ", metadata: [1]"), "devices[0].metadata"],
    [file("", ', location: "a\\tb"'), "devices[0].location"],
    [file("", "", "online_timeout: 1h,"), "products[0].online_timeout"],
  ])("what is not allowed is named with its path: %#", (text, path) => {
    const { code, message } = refusal(() => readFleetFile(text));
    expect(code).toBe("invalid_fleet");
    expect(message).toContain(`workspaces[0].${path.startsWith("products") ? path : `products[0].${path}`}`);
  });
});

test("a plan of many devices is made in short steps, and is the one that is made at once", () => {
  const text = `workspaces: [{ slug: w, products: [{ slug: p, devices: [{ id: "d{0..9999}" }] }] }]`;
  const steps = planInSteps(new Directory(), readFleetFile(text), supplies());
  let count = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) count++;
  expect(count).toBeGreaterThan(20);
  expect(step.value.drafts).toEqual(plan(new Directory(), readFleetFile(text), supplies()).drafts);
});

describe("a file of many devices is read in short steps", () => {
  const lines = (of: (n: number) => string) => Array.from({ length: 5000 }, (_, n) => `          ${of(n)}`).join("\n");
  const file = (devices: string) => `workspaces:
  - slug: w
    products:
      - slug: p
        devices:
${devices}
      - { slug: q, devices: [{ id: one }] }
`;
  test.each([
    ["a range", file('          - { id: "d{0..4999}", name: "Device {n}", serial: "S{n}", tags: [a] }')],
    ["plain lines", file(lines((n) => `- { id: d${n}, name: Device ${n}, serial: S${n}, tags: [a] }`))],
  ])("%s", (_, text) => {
    const steps = readInSteps(text);
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count++;
    expect(count).toBeGreaterThan(40);
    const [p, q] = step.value.workspaces[0]?.products ?? [];
    const devices = p?.devices.flatMap((line) => line.devices) ?? [];
    expect(devices).toHaveLength(5000);
    for (const n of [0, 99, 100, 4999])
      expect(devices[n]).toMatchObject({ id: `d${n}`, name: `Device ${n}`, serial: `S${n}`, tags: ["a"] });
    expect(q?.devices).toHaveLength(1);
  });
  test("what is wrong far down is named with its place", () => {
    const text = file(lines((n) => (n === 4321 ? '- { id: "a b" }' : `- { id: d${n}, name: Device ${n} }`)));
    expect(refusal(() => readFleetFile(text)).message).toStartWith(
      "workspaces[0].products[0].devices[4321].id: allowed is ",
    );
  });
  test.each([
    ["its first id", "d/{0..9}", "id"],
    ["its last id, which is too long", `${"d".repeat(63)}{9..10}`, "id"],
  ])("of a range %s is looked at", (_, id, key) => {
    const { message } = refusal(() => readFleetFile(file(`          - { id: "${id}" }`)));
    expect(message).toStartWith(`workspaces[0].products[0].devices[0].${key}: allowed is `);
  });
});
