import { describe, expect, test } from "bun:test";
import { passBody } from "../../integrations/inbound/pass.ts";
import type { Incoming } from "../../integrations/types.ts";
import { NOW, OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { EDITOR, FLEET_MANAGER, makeApi } from "./api.testing.ts";

const KEY = "6f1d2c3b-4a59-4e8d-9c7b-0a1b2c3d4e5f";

/** A pass of product q, whose body is `{"t": 20}`, for d3. */
function withPass(more: Partial<Incoming> = {}) {
  const it = makeApi();
  const product = it.directory.product("q");
  if (!product) throw new Error("the product is not there");
  it.directory.apply([{ kind: "product", op: "put", row: { ...product.row, integrationKey: KEY } }]);
  const incoming: Incoming = {
    way: "http",
    network: null,
    remote: "192.0.2.1",
    request: {
      method: "POST",
      path: `/integrations/api/${KEY.toUpperCase()}/sub`,
      query: [
        ["token", "geheim"],
        ["a", "1"],
      ],
      headers: [
        ["authorization", "Token x"],
        ["x-api-key", "y"],
        ["ce-source", "d3"],
      ],
      form: [],
    },
    topic: null,
    body: Buffer.from('{"t": 20}'),
    product,
    events: [],
    principal: null,
    dedupeKeys: [],
    ...more,
  };
  const decoded = {
    version: 1,
    called: "Decoder",
    ms: 1,
    log: ["said"],
    output: [{ field: "T" }],
    error: null,
  } as const;
  const rows = [{ device: "d3", field: "T", value: 20, time: null, fate: "stored", message: null }] as const;
  const end = { event: null, decoded, rows, left: 0, outcome: "stored", messages: [], ms: 2.5 } as const;
  const body = JSON.stringify(passBody(incoming, product, end, [3]));
  it.integrations.kept = [{ id: 7, time: NOW, workspace: 1, product: 2, body }];
  return it;
}

describe("passes", () => {
  test("rows that are stored are counted; those of a pass from before they were are those that it has", async () => {
    const it = withPass();
    const stored = async () => (await it.api("GET", "/products/q/passes")).body.items[0].rows_stored;
    expect(await stored()).toBe(1);
    it.integrations.kept = it.integrations.kept.map((pass) => ({
      ...pass,
      body: pass.body.replace('"rows_stored":1', '"rows_stored":150'),
    }));
    expect(await stored()).toBe(150);
    it.integrations.kept = it.integrations.kept.map((pass) => ({
      ...pass,
      body: pass.body.replace('"rows_stored":150,', ""),
    }));
    expect(await stored()).toBe(1);
  });

  test("what came, what the decoder made of it, and what became of it; without secrets", async () => {
    const it = withPass();
    for (const path of ["/products/q/passes", "/products/q/devices/d3/passes", "/workspaces/w/passes"]) {
      const { status, body } = await it.api("GET", path);
      expect([path, status, body.next]).toEqual([path, 200, null]);
      expect(body.items[0]).toMatchObject({
        id: 7,
        time: "2026-03-01T12:00:00Z",
        product: "q",
        devices: ["d3"],
        path: "/integrations/api/6F1D…/sub",
        query: [
          { name: "token", value: "…" },
          { name: "a", value: "1" },
        ],
        headers: [
          { name: "authorization", value: "…" },
          { name: "x-api-key", value: "…" },
          { name: "ce-source", value: "d3" },
        ],
        body: '{"t": 20}',
        decoder: { version: 1, log: ["said"], output: [{ field: "T" }] },
        rows: [{ device: "d3", field: "T", value: 20, fate: "stored" }],
        outcome: "stored",
      });
    }
  });

  test("a body that is long is cut, and one that is no text is base64", async () => {
    const long = withPass({ body: Buffer.from("ü".repeat(20_000)) });
    const [pass] = (await long.api("GET", "/products/q/passes")).body.items;
    expect([pass.cut, pass.base64, pass.size, pass.body]).toEqual([true, false, 40_000, "ü".repeat(8192)]);
    const bytes = withPass({ body: Uint8Array.of(255, 0) });
    expect((await bytes.api("GET", "/products/q/passes")).body.items[0]).toMatchObject({ body: "/wA=", base64: true });
  });

  test("who manages devices and may not read them sees that something came, and not what", async () => {
    const it = withPass();
    const { body } = await it.api("GET", "/products/q/passes", FLEET_MANAGER);
    expect(body.items[0]).toMatchObject({ outcome: "stored", body: null, rows: [{ field: "T", value: null }] });
    expect(JSON.stringify(body)).not.toContain("20}");
    expect(body.items[0].decoder).toMatchObject({ output: null, log: [] });
    expect((await it.api("GET", "/products/q/passes", EDITOR)).body.items[0].body).toBe('{"t": 20}');
  });

  test.each([
    ["/products/q/passes", VIEWER, 403],
    ["/products/p/passes", EDITOR, 403],
    ["/products/q/passes", STRANGER, 404],
    ["/products/q/devices/none/passes", OWNER, 404],
    ["/workspaces/w/passes", EDITOR, 403],
    ["/workspaces/w/passes", STRANGER, 404],
  ])("%s is not for everybody", async (path, secret, status) => {
    expect((await withPass().api("GET", path, secret)).status).toBe(status);
  });
});

describe("suggestions", () => {
  function withSuggestions() {
    const it = makeApi();
    const { suggestions } = it.integrations;
    const place = { workspace: 1, product: 2 };
    suggestions.note({ ...place, kind: "field", name: "CO2", sample: "400", type: "NUMERIC", unit: "ppm" }, NOW);
    suggestions.note(
      { ...place, kind: "field", name: "STATE", sample: '"on"', type: "STRING", label: "\u001b[2J" },
      NOW,
    );
    suggestions.note({ ...place, kind: "device", name: "N1", sample: "CO2", type: null }, NOW);
    suggestions.note(
      { workspace: 1, product: 0, kind: "device", name: "0011223344556677", sample: "", type: null, label: "cellar" },
      NOW,
    );
    const names = async (path = "/products/q/suggestions?state=open") =>
      (await it.api("GET", path)).body.items.map(({ name }: { name: string }) => name);
    return { ...it, names };
  }

  test("listed, created with another type or as guessed, and gone from the list", async () => {
    const it = withSuggestions();
    const { body } = await it.api("GET", "/products/q/suggestions");
    expect(body.items[2]).toEqual({
      ...{ kind: "field", name: "CO2", count: 1, first: "2026-03-01T12:00:00Z", last: "2026-03-01T12:00:00Z" },
      ...{ sample: "400", type: "NUMERIC", unit: "ppm", label: null, origin: null, state: "open" },
    });
    const chosen = { suggestions: [{ kind: "field", name: "co2", type: "INT", label: "Air" }] };
    const made = await it.api("POST", "/products/q/suggestions/create", EDITOR, chosen);
    expect(made.body).toEqual({ items: [{ kind: "field", name: "CO2" }] });
    expect(it.directory.product("q")?.fields.get("CO2")?.row).toMatchObject({ type: "INT", name: "Air", unit: "ppm" });
    expect(await it.names()).toEqual(["N1", "STATE"]);
    // who may edit the product makes no devices
    expect((await it.api("POST", "/products/q/suggestions/create", EDITOR, { all: true })).status).toBe(403);
    expect((await it.api("POST", "/products/q/suggestions/create", OWNER, { all: true })).body.items).toHaveLength(2);
    expect(it.directory.product("q")?.device("N1")?.row.serial).toBe("N1");
    // a name of escapes is none
    expect(it.directory.product("q")?.fields.get("STATE")?.row.name).toBe("STATE");
    expect(await it.names()).toEqual([]);
  });

  test("ignored ones are not made with all, and can be brought back", async () => {
    const it = withSuggestions();
    const one = { suggestions: [{ kind: "field", name: "CO2" }] };
    expect((await it.api("POST", "/products/q/suggestions/ignore", EDITOR, one)).body.items[0].state).toBe("ignored");
    expect(await it.names()).toEqual(["N1", "STATE"]);
    await it.api("POST", "/products/q/suggestions/create", OWNER, { all: true, kind: "field" });
    expect([...(it.directory.product("q")?.fields.keys() ?? [])]).toEqual(["TEMPERATURE", "STATE"]);
    await it.api("POST", "/products/q/suggestions/ignore", EDITOR, { ...one, ignored: false });
    expect(await it.names()).toEqual(["N1", "CO2"]);
  });

  test("a device that a network named goes into the product that is said", async () => {
    const it = withSuggestions();
    expect(await it.names("/workspaces/w/suggestions")).toEqual(["0011223344556677"]);
    const wish = { product: "p", all: true };
    expect((await it.api("POST", "/workspaces/w/suggestions/create", OWNER, wish)).status).toBe(201);
    expect(it.directory.product("p")?.device("0011223344556677")?.row.name).toBe("cellar");
    expect(await it.names("/workspaces/w/suggestions")).toEqual([]);
  });

  test.each([
    ["nothing", {}, 400],
    ["both", { all: true, suggestions: [{ kind: "field", name: "CO2" }] }, 400],
    ["one that is not suggested", { suggestions: [{ kind: "field", name: "NONE" }] }, 404],
  ])("%s is refused, and nothing is made", async (_, body, status) => {
    const it = withSuggestions();
    for (const what of ["create", "ignore"])
      expect((await it.api("POST", `/products/q/suggestions/${what}`, OWNER, body)).status).toBe(status);
    expect(it.fleetStore.commits).toBe(0);
  });
});
