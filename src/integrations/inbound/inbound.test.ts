import { describe, expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import { refusalOf } from "../../base/refusal.testing.ts";
import type { NetworkEvent } from "../../networks/types.ts";
import { makeWorld, NOW, uplink } from "./inbound.testing.ts";

const lorawan = { way: "lorawan", network: "tti", product: null } as const;

const none = { stored: 0, refused: 0, repeated: 0, unknown: 0, suggested: 0 };

describe("without a decoder", () => {
  test("an object names its device; every other key is a field, nested ones are passed over", async () => {
    const world = await makeWorld();
    const body = {
      device: "S1",
      temperature: 21.5,
      door: true,
      note: "hi",
      place: "(52.5,13.4)",
      nested: { a: 1 },
      nil: null,
    };
    expect(await world.send(body)).toEqual({ ...none, stored: 4 });
    expect(world.current("d1", "TEMPERATURE")).toBe(21.5);
    expect(world.current("d1", "DOOR")).toBe(true);
    expect(world.current("d1", "PLACE")).toEqual({ lat: 52.5, lng: 13.4 });
    expect(world.suggested()).toEqual([]);
    const [pass] = await world.passesOf();
    expect(pass).toMatchObject({ outcome: "stored", decoder: null, rows_total: 4, size: JSON.stringify(body).length });
  });

  test.each([
    ["serial in the place of device", { serial: "d1", temperature: 1 }, "d1"],
    ["a name that is there, under another key", { mac: "S1", temperature: 1 }, "d1"],
    ["an id of a device that is there, and `id`", { id: "S1", temperature: 1 }, "d1"],
  ])("%s", async (_, body, device) => {
    const world = await makeWorld();
    await world.send(body);
    expect(world.current(device, "TEMPERATURE")).toBe(1);
  });

  test("a list of objects, and rows of Particle", async () => {
    const world = await makeWorld();
    const list = [
      { device: "d1", temperature: 1 },
      { device: "S1", field: "NOTE", value: "x" },
      7,
      { device: "d2", temperature: 2 },
    ];
    expect((await world.send(list)).stored).toBe(3);
    expect([
      world.current("d1", "TEMPERATURE"),
      world.current("d1", "NOTE"),
      world.current("d2", "TEMPERATURE"),
    ]).toEqual([1, "x", 2]);
    expect((await world.passesOf())[0]?.messages).toEqual(["What stands in the list is no object of fields."]);
  });

  test("without a device it is the product's only one; where there are several it is said", async () => {
    const world = await makeWorld();
    expect((await world.send({ temperature: 5 }, { product: world.product("single") })).stored).toBe(1);
    expect(world.current("only", "TEMPERATURE", "single")).toBe(5);
    expect(await world.send({ temperature: 5 })).toEqual({ ...none, refused: 1 });
    expect((await world.passesOf())[0]?.rows[0]?.message).toContain("names no device");
  });

  test("fields of a form, and parameters of the address", async () => {
    const world = await makeWorld();
    const request = {
      method: "GET",
      path: "/",
      query: [
        ["device", "d1"],
        ["temperature", "3.5"],
      ],
      headers: [],
      form: [],
    } as const;
    expect((await world.send("", { request })).stored).toBe(1);
    expect(world.current("d1", "TEMPERATURE")).toBe(3.5);
    const form = [
      ["serial", "S1"],
      ["door", "on"],
    ] as const;
    expect((await world.send("serial=S1&door=on", { request: { ...request, query: [], form } })).stored).toBe(1);
    expect(world.current("d1", "DOOR")).toBe(true);
    // curl -d says of everything that it is a form
    const json = '{"device":"d1","temperature":7}';
    expect((await world.send(json, { request: { ...request, query: [], form: [[json, ""]] } })).stored).toBe(1);
    expect(world.current("d1", "TEMPERATURE")).toBe(7);
  });

  // clients say of anything that it is a form
  test.each([
    ['{"device":"d1",', "begins like JSON and is none"],
    ["[1,", "begins like JSON and is none"],
    ["5", "no object of fields"],
    ["null", "no object of fields"],
    ["hello", "not JSON and no form"],
    ["", "has no fields"],
    ["[]", "has no fields"],
    ['{"device":"d1","list":[1]}', "has no fields"],
  ])("%p is nothing that can be read, and it is said why", async (text, words) => {
    const world = await makeWorld();
    const form: [string, string][] = text === "" ? [] : [[text, ""]];
    const request = { method: "POST", path: "/", query: [], headers: [], form };
    expect(await world.send(text, { request })).toEqual(none);
    const [pass] = await world.passesOf();
    expect(pass).toMatchObject({ outcome: "nothing_stored", rows: [] });
    expect(pass?.messages.join()).toContain(words);
  });

  test("what is not UTF-8 is read as it can be, and that is said", async () => {
    const world = await makeWorld();
    const body = Buffer.from('{"device":"d1","note":"Caf\xe9","temperature":1}', "latin1");
    expect(await world.send("", { body })).toEqual({ ...none, stored: 2 });
    expect((await world.passesOf())[0]?.messages.join()).toContain("not UTF-8");
    // the character itself, as it may be sent
    await world.send({ device: "d1", note: "\ufffd" });
    expect((await world.passesOf())[0]?.messages).toEqual([]);
  });

  test("what is no JSON is a line in the log, and no error", async () => {
    const world = await makeWorld();
    expect(await world.send("hello")).toEqual(none);
    const [pass] = await world.passesOf();
    expect(pass).toMatchObject({ outcome: "nothing_stored", body: "hello" });
    expect(pass?.messages[0]).toContain("not JSON");
  });
});

describe("with a decoder", () => {
  test("of many rows a pass keeps the first hundred, and counts them all", async () => {
    const world = await makeWorld();
    await world.decoder(() => [
      ...Array.from({ length: 150 }, (_, value) => ({ device: "d1", field: "TEMPERATURE", value })),
      { device: "d1", field: "TEMPERATURE", value: "warm" },
    ]);
    expect(await world.send("1")).toEqual({ ...none, stored: 150, refused: 1 });
    const [pass] = await world.passesOf();
    expect(pass).toMatchObject({ outcome: "partly_stored", rows_total: 151, rows_stored: 150 });
    expect(pass?.rows).toHaveLength(100);
  });

  test("a pass whose values were too many is stored in part, and counts those that were left out", async () => {
    const world = await makeWorld();
    await world.decoder(() =>
      Array.from({ length: 1003 }, (_, value) => ({ device: "d1", field: "TEMPERATURE", value })),
    );
    expect(await world.send("1")).toEqual({ ...none, stored: 1000, refused: 3 });
    const [pass] = await world.passesOf();
    expect(pass).toMatchObject({
      outcome: "partly_stored",
      rows_total: 1003,
      rows_stored: 1000,
      messages: ["3 values beyond the first 1000 were left out"],
    });
    expect(world.current("d1", "TEMPERATURE")).toBe(999);
  });

  test("without a decoder, too: of an object with more fields than are taken some are left out", async () => {
    const world = await makeWorld();
    const fields = Array.from({ length: 1001 }, (_, i) => [`f${i}`, i]);
    await world.send([
      { device: "d1", temperature: 1, ...Object.fromEntries(fields) },
      { device: "d1", door: true },
    ]);
    const [pass] = await world.passesOf();
    expect(pass).toMatchObject({ outcome: "partly_stored", rows_total: 1003, rows_stored: 2 });
  });

  test.each([[true], [{ seconds: 1_772_366_400 }], [[1_772_366_400]], [{ "\u0000number": "NaN" }]])(
    "a row of the time %j is refused with a reason, as one with a wrong text is; the others are stored",
    async (timestamp) => {
      const world = await makeWorld();
      const rows = [
        { device: "d1", field: "TEMPERATURE", value: 20, timestamp },
        { device: "d1", field: "DOOR", value: true, timestamp: null },
      ];
      await world.decoder(() => rows);
      expect(await world.send("1")).toEqual({ ...none, stored: 1, refused: 1 });
      expect([world.current("d1", "TEMPERATURE"), world.current("d1", "DOOR")]).toEqual([undefined, true]);
      const [pass] = await world.passesOf();
      expect(pass?.outcome).toBe("partly_stored");
      expect(pass?.rows[0]).toMatchObject({ fate: "refused", message: expect.stringContaining("The timestamp ") });
    },
  );

  test.each([[true], [{ seconds: 1 }], [[1]]])("without a decoder, too: the time %j is refused", async (timestamp) => {
    const world = await makeWorld();
    expect(await world.send({ device: "d1", temperature: 20, timestamp })).toEqual({ ...none, refused: 1 });
    expect((await world.passesOf())[0]?.rows[0]?.message).toContain("neither text nor a number");
    expect(await world.send({ device: "d1", temperature: 20, timestamp: null })).toEqual({ ...none, stored: 1 });
  });

  test("it gets the request, and what it gives is stored; one bad row does not lose the others", async () => {
    const world = await makeWorld();
    await world.decoder(() => [
      { device: "S1", field: "temperature", value: 20 },
      { device: "S1", field: "DOOR", value: "maybe" },
      { device: "nobody", field: "DOOR", value: 1 },
      { device: "S1", field: "CO2", value: 400, unit: "ppm", name: "Air" },
      { device: "S1", field: "TEMPERATURE", value: 21, timestamp: "yesterday" },
      null,
      undefined,
    ]);
    const request = {
      method: "POST",
      path: "/integrations/api/key/sub",
      query: [
        ["a", "1"],
        ["a", "2"],
      ],
      headers: [["x-h", "v"]],
      form: [],
    } as const;
    expect(await world.send("raw", { request })).toEqual({ ...none, stored: 1, refused: 4, suggested: 2 });
    expect(world.calls[0]?.input).toEqual({
      request: {
        method: "POST",
        path: "/integrations/api/key/sub",
        body: "raw",
        headers: { "x-h": "v" },
        GET: { a: ["1", "2"] },
        POST: {},
      },
    });
    expect(world.current("d1", "TEMPERATURE")).toBe(20);
    const [pass] = await world.passesOf();
    expect(pass?.outcome).toBe("partly_stored");
    expect(pass?.rows.map(({ fate }) => fate)).toEqual(["stored", "refused", "suggested", "suggested", "refused"]);
    expect(pass?.rows[1]?.message).toContain("maybe");
    expect(pass?.decoder).toMatchObject({ version: 1, called: "Decoder", log: ["said"], error: null });
    expect(world.suggested()).toMatchObject([
      {
        kind: "field",
        name: "CO2",
        type: "NUMERIC",
        unit: "ppm",
        label: "Air",
        sample: "400",
        count: 1,
        state: "open",
      },
      { kind: "device", name: "nobody", count: 1 },
    ]);
    // the row is in the device's own log, too
    await world.ingest.commits.durable();
    const [refusal] = await world.store.readRefusals(world.product().device("d1")?.row.uid ?? 0, null, 5);
    expect(refusal).toMatchObject({ code: "invalid_value", principal: `p:${world.product().row.uid}` });
  });

  test.each([
    [{ reason: "timeout", message: "the script took longer than 100 ms", line: null, log: [], ms: 100 }, "longer"],
    [{ reason: "off", message: "the script is switched off", line: null, log: [], ms: 0 }, "switched off"],
  ])("when it fails nothing is stored, and it is no error for who sends: %o", async (failure, words) => {
    const world = await makeWorld();
    await world.decoder(() => failure);
    expect(await world.send("x")).toEqual(none);
    const [pass] = await world.passesOf();
    expect(pass?.outcome).toBe("failed");
    expect(pass?.decoder?.error?.message).toContain(words);
  });

  test("an error of the script is told with its line", async () => {
    const world = await makeWorld();
    await world.decoder(() => {
      throw new Error("x is not a function");
    });
    await world.send("x");
    expect((await world.passesOf())[0]?.decoder?.error).toEqual({ message: "x is not a function", line: 3 });
  });

  test("when the sandbox has no room it is worth sending again", async () => {
    const world = await makeWorld();
    await world.decoder(() => ({ reason: "busy", message: "", line: null, log: [], ms: 0 }));
    expect((await refusalOf(world.send("x"))).code).toBe("overloaded");
  });

  test("globals are made of what the code mentions", async () => {
    const world = await makeWorld();
    await world.send({ device: "d1", temperature: 4 });
    await world.fleet.edit((draft) => {
      draft.drafts.push({
        kind: "decoder",
        op: "put",
        row: {
          uid: 0,
          product: world.product().row.uid,
          number: 1,
          code: "deviceSerialToId measurements",
          function: null,
          created: 0,
          by: "",
          note: "",
        },
      });
    });
    await world.change({ decoder: 1 });
    await world.send("S1");
    expect(world.calls[0]?.globals).toEqual({
      deviceSerialToId: { S1: "d1", "70B3D57ED005A11C": "d2" },
      measurements: { d1: { TEMPERATURE: { value: 4, timestamp: NOW / 1e6 } }, d2: {} },
    });
  });

  test.each([
    ["the payload itself", { serial: "S1", temperature: 3 }, "d1"],
    ["a list of payloads", [{ serial: "S1", temperature: 3, nil: null }], "d1"],
    ["rows", [{ serial: "S1", field: "temperature", value: 3 }], "d1"],
    ["a device beside a serial, which is a field then", { device: "d1", serial: "S9", temperature: 3 }, "d1"],
  ])("`serial` names the device where no `device` does: %s", async (_, result, device) => {
    const world = await makeWorld();
    await world.decoder(() => result);
    await world.send("x");
    expect(world.current(device, "TEMPERATURE")).toBe(3);
    expect(world.suggested().map(({ name }) => name)).toEqual(
      "serial" in result && "device" in result ? ["SERIAL"] : [],
    );
  });

  test("a body that is no text comes as base64, too", async () => {
    const world = await makeWorld();
    await world.decoder(() => null);
    const body = Uint8Array.of(0xa1, 0xff);
    await world.inbound.receive({ ...world.incoming(""), body });
    expect(world.calls[0]?.input).toMatchObject({ request: { bodyBase64: "of8=" } });
    await world.send("text");
    expect(world.calls[1]?.input).not.toMatchObject({ request: { bodyBase64: expect.anything() } });
  });

  test("who listens hears of what came through, and a listener that fails harms nobody", async () => {
    const world = await makeWorld();
    world.inbound.listen({
      decoded: () => {
        throw new Error("no");
      },
    });
    await world.decoder(() => ({ device: "S1", temperature: 1 }));
    expect((await world.send("x")).stored).toBe(1);
    expect(world.heard).toMatchObject([{ device: null, decoded: { output: { device: "S1", temperature: 1 } } }]);
  });
});

describe("times of rows", () => {
  test.each([
    [1_772_366_000, "2026-03-01T11:53:20Z"],
    [1_772_366_000.25, "2026-03-01T11:53:20.250Z"],
    ["1772366000", "2026-03-01T11:53:20Z"],
    ["1772366000.5", "2026-03-01T11:53:20.500Z"],
    [1_772_366_000_125, "2026-03-01T11:53:20.125Z"],
    ["1772366000125", "2026-03-01T11:53:20.125Z"],
    ["2026-03-01T11:53:20Z", "2026-03-01T11:53:20Z"],
  ])("%p is %p", async (timestamp, expected) => {
    const world = await makeWorld();
    await world.decoder(() => [{ device: "S1", field: "TEMPERATURE", value: 1, timestamp }]);
    expect((await world.send("x")).stored).toBe(1);
    expect((await world.passesOf())[0]?.rows[0]?.time).toBe(expected);
  });
  test.each([-1, 4_000_000_000, "soon"])("%p is refused in words", async (timestamp) => {
    const world = await makeWorld();
    await world.decoder(() => [{ device: "S1", field: "TEMPERATURE", value: 1, timestamp }]);
    expect((await world.send("x")).refused).toBe(1);
    expect((await world.passesOf())[0]?.rows[0]?.message).toContain("timestamp");
  });
});

describe("events of a network", () => {
  test("the decoder gets bytes and port; the network's signal fills a field for it", async () => {
    const world = await makeWorld();
    await world.change({ networkTokenNeeded: false });
    await world.fleet.edit((draft) =>
      draft.drafts.push({
        kind: "field",
        op: "put",
        row: {
          uid: 0,
          product: world.product().row.uid,
          id: "RSSI",
          type: "NUMERIC",
          name: "",
          unit: "dBm",
          role: "device_signal",
        },
      }),
    );
    await world.decoder(({ input }) => ({ data: { temperature: (input as { bytes: number[] }).bytes[1] } }));
    expect(await world.send("{}", { ...lorawan, events: [uplink()] })).toEqual({ ...none, stored: 2 });
    expect(world.calls[0]).toMatchObject({ kind: "uplink", input: { bytes: [1, 2], fPort: 2 } });
    expect([world.current("d2", "TEMPERATURE"), world.current("d2", "RSSI")]).toEqual([2, -97]);
    expect((await world.passesOf())[0]?.event).toMatchObject({ kind: "up", uplink: { bytes: "0102", port: 2 } });
    expect(world.events).toHaveLength(1);
  });

  test("without a decoder the network's own decoded payload counts; without that it is said what to do", async () => {
    const world = await makeWorld();
    await world.change({ networkTokenNeeded: false });
    const { uplink: plain } = uplink();
    const decoded = uplink({ uplink: plain && { ...plain, decoded: { temperature: 20, air: { co2: 400 } } } });
    expect((await world.send("{}", { ...lorawan, events: [decoded] })).stored).toBe(1);
    expect(world.suggested().map(({ name }) => name)).toEqual(["AIR_CO2"]);
    expect((await world.send("{}", { ...lorawan, events: [uplink()] })).stored).toBe(0);
    expect((await world.passesOf())[0]?.messages[0]).toContain("fieldcast decoder set p FILE");
  });

  test("a payload that is encrypted, or is not there, goes to no decoder; what else is known is stored", async () => {
    const world = await makeWorld();
    await world.change({ networkTokenNeeded: false });
    await world.decoder(() => ({ data: { temperature: 1 } }));
    const { uplink: plain } = uplink();
    for (const [more, message] of [
      [{ encrypted: true }, /still encrypted/],
      [{ bytes: null }, /has no payload/],
      [{ bytes: new Uint8Array(0) }, /has no payload/],
    ] as const) {
      await world.send("{}", { ...lorawan, events: [uplink({ uplink: plain && { ...plain, ...more } })] });
      expect((await world.passesOf())[0]?.messages[0]).toMatch(message);
    }
    const decoded = { temperature: 20 };
    const both = uplink({ uplink: plain && { ...plain, bytes: null, decoded } });
    await world.send("{}", { ...lorawan, events: [both] });
    expect(world.current("d2", "TEMPERATURE")).toBe(20);
    expect(world.calls).toEqual([]);
  });

  test("without a token only products that ask for none; with one what its account may record", async () => {
    const world = await makeWorld();
    expect(await world.send("{}", { ...lorawan, events: [uplink()] })).toEqual({ ...none, unknown: 1 });
    const text = `
workspaces:
  - slug: w
    api_users:
      - { name: all, grants: [{ devices: all, can: [record_measurements] }] }
      - { name: other, grants: [{ products: [single], can: [record_measurements] }] }`;
    await world.fleet.applyFile(text);
    const principal = (name: string) => {
      const row = [...world.directory.apiUsers()].find((one) => one.name === name);
      return world.authority.principalOf(`a:${row?.uid}`) ?? null;
    };
    await world.decoder(() => ({ data: { temperature: 1 } }));
    expect(await world.send("{}", { ...lorawan, events: [uplink()], principal: principal("all") })).toEqual({
      ...none,
      stored: 1,
    });
    expect(await world.send("{}", { ...lorawan, events: [uplink()], principal: principal("other") })).toEqual({
      ...none,
      unknown: 1,
    });
    const workspace = world.product().row.workspace;
    expect(world.suggestions.list(workspace, 0)).toMatchObject([
      { kind: "device", name: "70b3d57ed005a11c", label: "sensor-2" },
    ]);
    const passes = await world.passes.read({ list: "workspace", owner: workspace, limit: 9 });
    expect(passes.map(({ body }) => body.outcome)).toEqual(["unknown"]);
  });

  test("an event is answered when who listens has stored what follows; when that fails it is to come again, an uplink is not", async () => {
    const world = await makeWorld();
    const store = { isFull: true, heard: [] as string[] };
    world.inbound.listen({
      async event(_, { kind }) {
        await null;
        if (store.isFull) throw new Refusal("storage_unavailable", "It is full.");
        store.heard.push(kind);
      },
    });
    const principal = world.authority.localOwner();
    const ack = uplink({ kind: "ack", uplink: null, dedupeKeys: ["ack 1"] });
    const send = (event: NetworkEvent) => world.send({}, { ...lorawan, principal, events: [event] });
    expect((await refusalOf(send(ack))).code).toBe("storage_unavailable");
    expect(await send(uplink())).toMatchObject({ unknown: 0 });
    store.isFull = false;
    await send(ack);
    expect(store.heard).toEqual(["ack"]);
    expect((await world.passesOf()).map(({ outcome }) => outcome)).toEqual(["told", expect.any(String), "failed"]);
  });
  test("an event without an uplink is noted, and told to who listens", async () => {
    const world = await makeWorld();
    await world.change({ networkTokenNeeded: false });
    await world.decoder(() => ({ data: { temperature: 1 } }));
    const joined = uplink({ kind: "join", uplink: null, text: "The device joined." });
    expect(await world.send("{}", { ...lorawan, events: [joined] })).toEqual(none);
    expect(world.calls).toEqual([]);
    expect(world.events.map(({ kind }) => kind)).toEqual(["join"]);
    expect((await world.passesOf())[0]).toMatchObject({
      outcome: "told",
      event: { kind: "join", text: "The device joined." },
    });
  });

  test("what a network has kept for long is of when it happened", async () => {
    const world = await makeWorld();
    await world.change({ networkTokenNeeded: false });
    await world.decoder(() => ({ data: { temperature: 1 } }));
    const late = uplink({ time: NOW / 1000 - 600_000 });
    await world.send("{}", { ...lorawan, events: [late] });
    const id = world.series.idOf(
      world.product().device("d2")?.row.uid ?? 0,
      world.product().fields.get("TEMPERATURE")?.row.uid ?? 0,
    );
    expect(world.series.current(id ?? 0)?.time).toBe(NOW - 600e6);
  });
});

describe("what comes again", () => {
  const decoded = async () => {
    const world = await makeWorld();
    await world.change({ networkTokenNeeded: false });
    await world.decoder(() => ({ data: { temperature: 1 } }));
    return world;
  };

  test("is stored once, also when one of several keys is the same", async () => {
    const world = await decoded();
    const first = uplink({ dedupeKeys: ["a", "b"] });
    expect(await world.send("{}", { ...lorawan, events: [first] })).toEqual({ ...none, stored: 1 });
    expect(await world.send("{}", { ...lorawan, events: [first] })).toEqual({ ...none, repeated: 1 });
    expect(await world.send("{}", { ...lorawan, events: [uplink({ dedupeKeys: ["c", "b"] })] })).toEqual({
      ...none,
      repeated: 1,
    });
    expect(await world.send("{}", { ...lorawan, events: [uplink({ dedupeKeys: ["c"] })] })).toEqual({
      ...none,
      stored: 1,
    });
    expect((await world.passesOf()).map(({ outcome }) => outcome)).toEqual([
      "stored",
      "repeated",
      "repeated",
      "stored",
    ]);
  });

  test("waits for the first while it is under way, and is stored if that comes to nothing", async () => {
    const world = await decoded();
    world.store.held = true;
    const event = uplink({ dedupeKeys: ["a"] });
    const both = [1, 2].map(() => world.send("{}", { ...lorawan, events: [event] }));
    let done = 0;
    for (const one of both) void one.then(() => done++);
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    expect([done, world.calls.length]).toEqual([0, 1]);
    world.store.release();
    expect(await Promise.all(both)).toEqual([
      { ...none, stored: 1 },
      { ...none, repeated: 1 },
    ]);

    let works = false;
    await world.decoder(() => {
      if (!works) throw new Error("not yet");
      return { data: { temperature: 2 } };
    });
    const other = uplink({ dedupeKeys: ["z"] });
    expect(await world.send("{}", { ...lorawan, events: [other] })).toEqual(none);
    works = true;
    expect(await world.send("{}", { ...lorawan, events: [other] })).toEqual({ ...none, stored: 1 });
  });

  test("is known after a restart exactly when its rows are", async () => {
    const world = await decoded();
    await world.send("{}", { ...lorawan, events: [uplink({ dedupeKeys: ["a"] })] });
    world.store.failing = true;
    const refusal = await refusalOf(world.send("{}", { ...lorawan, events: [uplink({ dedupeKeys: ["b"] })] }));
    expect(refusal.code).toBe("storage_unavailable");
    expect(world.store.data.inbound.arrivals()).toHaveLength(1);
    world.store.failing = false;
    const again = await makeWorld(world.store);
    await again.change({ networkTokenNeeded: false });
    await again.decoder(() => ({ data: { temperature: 1 } }));
    expect(await again.send("{}", { ...lorawan, events: [uplink({ dedupeKeys: ["a"] })] })).toEqual({
      ...none,
      repeated: 1,
    });
    expect(await again.send("{}", { ...lorawan, events: [uplink({ dedupeKeys: ["b"] })] })).toEqual({
      ...none,
      stored: 1,
    });
  });
});

describe("what is not there", () => {
  test("is made by itself up to the product's limits, and what was ignored is not", async () => {
    const world = await makeWorld();
    await world.send({ device: "N0", temperature: 1 });
    const [first] = world.suggested();
    if (first) world.suggestions.mark(first, "ignored");
    await world.change({ createsDevices: 3, createsFields: 5 });
    expect(
      await world.send([
        { device: "N1", co2: 400 },
        { device: "N2", humidity: 50 },
        { device: "N0", temperature: 2 },
      ]),
    ).toEqual({
      ...none,
      stored: 1,
      refused: 2,
      suggested: 2,
    });
    const made = world.product().device("N1");
    expect(made?.row).toMatchObject({ serial: "N1", name: "N1" });
    expect([...world.product().fields.keys()].slice(4)).toEqual(["CO2"]);
    expect(world.current("N1", "CO2")).toBe(400);
    expect(world.suggested().map(({ kind, name, state }) => [kind, name, state])).toEqual([
      ["device", "N0", "ignored"],
      ["device", "N2", "open"],
    ]);
  });

  test("is counted, and survives a restart; a product that goes takes it along", async () => {
    const world = await makeWorld();
    for (const co2 of [1, 2]) {
      await world.send({ device: "d1", co2 });
      world.time.now += 1e6;
    }
    world.tick();
    await world.ingest.commits.durable();
    const again = await makeWorld(world.store);
    expect(again.suggested()).toMatchObject([{ name: "CO2", count: 2, first: NOW, last: NOW + 1e6, sample: "2" }]);
    expect((await again.passesOf()).length).toBe(2);
    await again.fleet.edit((draft) => {
      draft.drafts.push({ kind: "product", op: "delete", uid: again.product().row.uid });
    });
    again.tick();
    await again.ingest.commits.durable();
    expect(world.store.data.inbound.suggestions()).toEqual([]);
    expect(world.store.data.inbound.read({ list: "product", owner: 1, limit: 9 })).toEqual([]);
  });

  test("is suggested no more when somebody makes it in another way", async () => {
    const world = await makeWorld();
    await world.send([
      { device: "N1", temperature: 1 },
      { device: "d1", co2: 400 },
    ]);
    const { workspace } = world.product().row;
    const named = { workspace, product: 0, kind: "device", name: "0011223344556677", sample: "", type: null } as const;
    world.suggestions.note(named, NOW);
    await world.fleet.applyFile(`workspaces: [{ slug: w, products: [{ slug: p, fields: [{ id: CO2, type: INT }],
      devices: [{ id: N1 }, { id: x, serial: 00-11-22-33-44-55-66-77 }] }] }]`);
    expect(world.suggested()).toEqual([]);
    expect(world.suggestions.list(workspace, 0)).toEqual([]);
    world.tick();
    await world.ingest.commits.durable();
    expect(world.store.data.inbound.suggestions()).toEqual([]);
  });

  test("a device that a network names is made in the one product that makes devices, for who may record all of it", async () => {
    const world = await makeWorld();
    await world.fleet.applyFile(`
workspaces:
  - slug: w
    api_users:
      - { name: all, grants: [{ devices: all, can: [record_measurements] }] }
      - { name: views, grants: [{ devices: all, can: [view] }] }`);
    const principal = (name: string) => {
      const row = [...world.directory.apiUsers()].find((one) => one.name === name);
      return world.authority.principalOf(`a:${row?.uid}`) ?? null;
    };
    const send = (devEui: string, name: string, more: Partial<NetworkEvent> = {}) =>
      world.send("{}", { ...lorawan, events: [uplink({ devEui, ...more })], principal: principal(name) });
    await world.decoder(() => ({ data: { temperature: 1 } }));
    expect(await send("00000000000000a1", "all")).toEqual({ ...none, unknown: 1 });
    await world.change({ createsDevices: 4 });
    expect(await send("00000000000000a1", "views")).toEqual({ ...none, unknown: 1 });
    expect(await send("00000000000000a1", "all", { uplink: null, kind: "ack" })).toEqual({ ...none, unknown: 1 });
    expect(await send("00000000000000a1", "all")).toEqual({ ...none, stored: 1 });
    expect(world.product().device("00000000000000a1")?.row.name).toBe("sensor-2");
    expect(world.suggestions.list(world.product().row.workspace, 0)).toEqual([]);
    expect(await send("00000000000000a2", "all", { uplink: null, kind: "join" })).toEqual(none);
    // the product is full
    expect(await send("00000000000000a3", "all")).toEqual({ ...none, unknown: 1 });
    await world.change({ createsDevices: 99 });
    await world.change({ createsDevices: 99 }, "single");
    // it is not clear where it belongs
    expect(await send("00000000000000a3", "all")).toEqual({ ...none, unknown: 1 });
  });
});
