import { describe, expect, test } from "bun:test";
import { BLIND, EXPIRED, makeWorld, NOW, OWNER, RECORDER, STRANGER, VIEWER } from "../http.testing.ts";

const NOBODY = "0".repeat(40);

describe("devices", () => {
  test("the list has what the caller may read, and nothing else", async () => {
    const { ask } = makeWorld();
    const ids = async (path: string, token: string) => {
      const devices = (await (await ask("GET", path, token)).json()) as { id: string }[];
      return devices.map(({ id }) => id);
    };
    expect(await ids("/v1/devices/", OWNER)).toEqual(["d1", "d2", "d3", "twice", "twice"]);
    expect(await ids("/v1/devices", RECORDER)).toEqual(["d1", "d2", "twice"]);
    expect(await ids("/v1/devices/", BLIND)).toEqual([]);
    expect(await ids("/v1/devices/", STRANGER)).toEqual(["hidden"]);
    expect(await ids("/v1/devices/?serial_number=S1", OWNER)).toEqual(["d1"]);
    expect(await ids("/v1/devices/?serial_number=d1", OWNER)).toEqual([]);
    expect(await ids("/v1/devices/?serial_number=SAME", OWNER)).toEqual(["d2", "d3"]);
    expect(await ids("/v1/devices/?particle_id=1", OWNER)).toEqual([]);
    expect(await ids("/v1/devices/?serial_number=&particle_id=", STRANGER)).toEqual(["hidden"]);
  });

  test("one device, before and after it was heard", async () => {
    const { ask, connected, data, time } = makeWorld();
    const show = async () => (await ask("GET", "/v1/devices/d1/", VIEWER)).json();
    expect(await show()).toMatchObject({ online: false, last_heard: null, seen: null, seen_number: 0 });
    expect(await show()).toMatchObject({ connected: false, connected_at: null, connection_number: 0 });
    data.put(1, 1, NOW - 1_000_000, 22.5);
    data.put(1, 4, NOW - 2_000_000, { lat: 52.5, lng: -13 });
    connected.set(1, { connected: true, connectedAt: NOW - 3_000_000, disconnectedAt: null, number: 7 });
    const shown = await show();
    expect(shown).toEqual({
      id: "d1",
      serial_number: "S1",
      verbose_name: "Device 1",
      online: true,
      last_heard: "2026-03-01T11:59:59Z",
      particle_id: null,
      claim_code: null,
      product_slug: "p",
      connected: true,
      connected_at: "2026-03-01T11:59:57Z",
      disconnected_at: null,
      connection_number: 7,
      seen: "2026-03-01T11:59:59Z",
      seen_number: 2,
      tags: ["t"],
      product: { slug: "p", name: "p" },
      fields: [
        {
          field: "TEMPERATURE",
          verbose_name: "temperature",
          type: "NUMERIC",
          unit: "°C",
          value: 22.5,
          time: "2026-03-01T11:59:59Z",
        },
        { field: "DOOR", verbose_name: "door", type: "BOOL", unit: null, value: null, time: null },
        { field: "NOTE", verbose_name: "note", type: "STRING", unit: null, value: null, time: null },
        {
          field: "POSITION",
          verbose_name: "position",
          type: "GEO",
          unit: null,
          value: "(52.5,-13)",
          time: "2026-03-01T11:59:58Z",
        },
      ],
    });
    time.now = NOW + 40 * 60 * 1_000_000;
    connected.set(1, { connected: false, connectedAt: NOW - 3_000_000, disconnectedAt: NOW, number: 8 });
    expect(await show()).toMatchObject({
      online: false,
      last_heard: "2026-03-01T11:59:59Z",
      connected: false,
      connected_at: "2026-03-01T11:59:57Z",
      disconnected_at: "2026-03-01T12:00:00Z",
      connection_number: 8,
    });
  });

  const read = ["/v1/devices/d1/", "/v1/devices/d1/historic_data/", "/v1/devices/d1/log/"];
  test.each(read)("%s: no token, others' devices, record only", async (path) => {
    const { ask } = makeWorld();
    const of = async (token: string | null) => (await ask("GET", path, token)).status;
    expect([await of(null), await of(NOBODY), await of(EXPIRED)]).toEqual([401, 401, 401]);
    expect([await of(STRANGER), await of(BLIND), await of(VIEWER)]).toEqual([404, 403, 200]);
  });

  test("a refused read is no refused publish", async () => {
    const { ask, recorder } = makeWorld();
    await ask("GET", "/v1/devices/nope/", OWNER);
    expect(recorder.reported).toEqual([]);
  });
});

describe("logs", () => {
  const refusal = { code: "invalid_value", message: "m", topic: "t", payload: "x", base64: false, count: 1 };
  function world() {
    const made = makeWorld();
    made.data.refusals.push(
      { ...refusal, device: 1, principal: "a:1", time: NOW },
      { ...refusal, device: 0, principal: "a:2", time: NOW - 1000 },
      { ...refusal, device: 1, principal: "a:2", time: NOW - 2000 },
    );
    return made;
  }

  test("a device's, without the accounts", async () => {
    const json = await (await world().ask("GET", "/v1/devices/d1/log/", VIEWER)).json();
    expect(json).toEqual([
      { ...refusal, time: "2026-03-01T12:00:00Z" },
      { ...refusal, time: "2026-03-01T11:59:59.998Z" },
    ]);
  });
  test("one's own", async () => {
    const times = async (token: string) =>
      ((await (await world().ask("GET", "/v1/log/", token)).json()) as { time: string }[]).map((r) => r.time);
    expect(await times(VIEWER)).toEqual(["2026-03-01T11:59:59.999Z", "2026-03-01T11:59:59.998Z"]);
    expect(await times(STRANGER)).toEqual([]);
  });
  test.each([
    ["1", 200],
    ["200", 200],
    ["", 200],
    ["0", 400],
    ["201", 400],
    ["-1", 400],
    ["1e1", 400],
    ["x", 400],
  ])("limit %p: %p", async (limit, status) => {
    expect((await world().ask("GET", `/v1/log?limit=${limit}`, VIEWER)).status).toBe(status);
  });
});
