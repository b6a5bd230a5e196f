import { describe, expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import { BLIND, errorOf, makeWorld, NOW, OWNER, RECORDER, STRANGER, VIEWER } from "../http.testing.ts";

const MINUTE = 60_000_000;
const RANGE = "timeframe_start=2026-03-01T11:58:00Z&timeframe_end=2026-03-01T12:00:00Z";

/** d1 with five temperatures, one a minute, the last one now; and two doors. */
function world() {
  const made = makeWorld();
  for (let i = 0; i < 5; i++) made.data.put(1, 1, NOW - i * MINUTE, i);
  for (let i = 0; i < 2; i++) made.data.put(1, 2, NOW - (i + 1) * MINUTE, true);
  const left = async () => (await made.data.columns(1, 0, NOW + 1, 100)).values;
  return { ...made, left };
}

describe("DELETE historic_data", () => {
  test("takes a range of the fields named, the end not included; a dry run only counts", async () => {
    const { ask, left, data } = world();
    const dry = await ask("DELETE", `/v1/devices/d1/historic_data/?fields=temperature&${RANGE}&dry_run=true`, OWNER);
    expect([dry.status, await dry.json()]).toEqual([200, { ok: true, dry_run: true, datapoints_affected: 2 }]);
    expect([...(await left())]).toEqual([4, 3, 2, 1, 0]);
    const done = await ask("DELETE", `/v1/devices/S1/historic_data?fields=temperature&${RANGE}`, OWNER);
    expect([done.status, await done.json()]).toEqual([200, { ok: true, dry_run: false }]);
    expect([...(await left())]).toEqual([4, 3, 0]);
    expect((await data.columns(2, 0, NOW + 1, 100)).times).toHaveLength(2);
    // who did it is known to the audit log
    const [erased, ...more] = data.erased;
    expect(more).toEqual([]);
    expect(erased).toMatchObject({ devices: ["d1"], fields: ["temperature"], series: [1] });
    expect(erased?.by).toEqual({ key: "u:1", name: "owner@example.com", from: "127.0.0.1" });
  });

  test("takes all fields when none is named, also those that were never recorded", async () => {
    const { ask, left, data } = world();
    const dry = await ask("DELETE", `/v1/devices/d1/historic_data/?${RANGE}&dry_run=TRUE`, OWNER);
    expect(await dry.json()).toMatchObject({ datapoints_affected: 4 });
    await ask("DELETE", `/v1/devices/d1/historic_data/?fields=&${RANGE}&dry_run=false`, OWNER);
    expect([...(await left())]).toEqual([4, 3, 0]);
    expect((await data.columns(2, 0, NOW + 1, 100)).times).toHaveLength(0);
  });

  test.each([
    [VIEWER, "d1", 403, "not_permitted"],
    [RECORDER, "d1", 403, "not_permitted"],
    [BLIND, "d1", 403, "not_permitted"],
    [STRANGER, "d1", 404, "unknown_device"],
    [null, "d1", 401, "unknown_token"],
    [OWNER, "nowhere", 404, "unknown_device"],
    [OWNER, "hidden", 404, "unknown_device"],
  ])("who may not delete is refused, and nothing goes (%#)", async (token, device, status, code) => {
    const { ask, left } = world();
    for (const dry of ["", "&dry_run=true"]) {
      const answer = await ask("DELETE", `/v1/devices/${device}/historic_data/?${RANGE}${dry}`, token);
      expect([answer.status, (await errorOf(answer)).code]).toEqual([status, code]);
    }
    expect(await left()).toHaveLength(5);
  });

  test.each([
    ["timeframe_end=2026-03-01", "timeframe_start: is missing"],
    ["timeframe_start=2026-03-01", "timeframe_end: is missing"],
    ["timeframe_start=2026-03-01&timeframe_end=", "timeframe_end: is missing"],
    ["timeframe_start=2026-03-02&timeframe_end=2026-03-01", "ends before it begins"],
    ["timeframe_start=2026-03-01&timeframe_end=2026-03-01", "must be later"],
    ["timeframe_start=yesterday&timeframe_end=2026-03-01", "timeframe_start"],
    [`${RANGE}&dry_run=yes`, "dry_run"],
    [`${RANGE}&fields=NOPE`, "NOPE"],
  ])("what is not said clearly deletes nothing: %s", async (query, words) => {
    const { ask, left } = world();
    const answer = await ask("DELETE", `/v1/devices/d1/historic_data/?${query}`, OWNER);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(405);
    expect((await errorOf(answer)).message).toContain(words);
    expect(await left()).toHaveLength(5);
  });

  test("storage that does not take it is 503", async () => {
    const { ask, data } = world();
    data.failure = new Refusal("storage_unavailable", "Full.");
    for (const dry of ["", "&dry_run=true"])
      expect((await ask("DELETE", `/v1/devices/d1/historic_data/?${RANGE}${dry}`, OWNER)).status).toBe(503);
  });

  test("rights that are lost while it counts are obeyed", async () => {
    const { ask, data, directory } = world();
    const { aggregate } = data;
    data.aggregate = async (asked) => {
      if (directory.workspace(1)) directory.apply([{ kind: "membership", op: "delete", uid: 1 }]);
      return aggregate.call(data, asked);
    };
    const answer = await ask("DELETE", `/v1/devices/d1/historic_data/?${RANGE}&dry_run=true`, OWNER);
    expect(answer.status).toBe(404);
  });
});
