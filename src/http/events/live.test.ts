import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BatchRows } from "../../feed/batch-rows.ts";
import { hashToken } from "../../fleet/token.ts";
import { Batch, ROW_PUBLISHED } from "../../ingest/batch.ts";
import { newParsed, parseJson } from "../../measure/index.ts";
import { EventReader, type SeenEvent } from "./events.testing.ts";
import { BLIND, makeWorld, NOW, OPERATOR, OWNER, RECORDER, STRANGER, VIEWER } from "../http.testing.ts";
import { specOf } from "../../measure/types.ts";

const [D1, D2, D3, HIDDEN] = [1, 2, 3, 6];
const [TEMPERATURE, DOOR, NOTE, POSITION, TEMPERATURE_Q] = [1, 2, 3, 4, 5];
type Row = readonly [device: number, field: number, value: unknown, published?: boolean];

function world(limits: Parameters<typeof makeWorld>[0] = {}) {
  const it = makeWorld(limits);
  /** Commits and publishes rows, as ingest and fan-out do. */
  const publish = (...rows: Row[]) => {
    const batch = new Batch();
    for (const [device, field, value, published = true] of rows) {
      const node = it.directory.field(field);
      if (!node) throw new Error("no such field");
      const p = newParsed();
      parseJson(specOf(node.row.type), value, p);
      it.data.put(device, field, ++it.time.now, 0);
      const series = it.data.idOf(device, field) ?? 0;
      const target = {
        product: node.product,
        device: it.node(device),
        field: node,
        type: specOf(node.row.type),
        series,
      };
      batch.append(target, it.time.now, false, 0, published ? ROW_PUBLISHED : 0, p, new Uint8Array(0));
    }
    batch.seal();
    batch.firstSeq = it.state.seq + 1;
    if (batch.blob) it.data.records.push({ firstSeq: batch.firstSeq, body: batch.blob });
    it.live.taps.tell(new BatchRows().open(batch, 0, batch.count));
    it.state.seq += batch.records;
  };
  const open = async (query = "", secret: string | null = VIEWER, headers: Record<string, string> = {}) => {
    const answer = await it.ask("GET", `/api/v1/live${query}`, secret, undefined, headers);
    expect(answer.status).toBe(200);
    return new EventReader(answer);
  };
  /** Events up to and with one that says "the end". */
  const rest = async (reader: EventReader) => {
    publish([D1, NOTE, "the end"]);
    const found: unknown[] = [];
    for (let e = await reader.next(); e !== null; e = await reader.next()) {
      if (e.data.includes("the end")) break;
      found.push(e.event === "measurement" ? (JSON.parse(e.data) as unknown) : e.event);
    }
    return found;
  };
  return { ...it, publish, open, rest };
}

describe("GET /api/v1/live", () => {
  test("begins with what devices have now, by rights, and goes on with what comes; without names that is refused", async () => {
    const { ask, publish, open, rest } = world();
    publish([D1, TEMPERATURE, 20.5], [D1, DOOR, true], [D2, TEMPERATURE, 1], [HIDDEN, TEMPERATURE, 9]);
    const reader = await open("?products=p&devices=d1&current=true");
    publish([D1, TEMPERATURE, 21.5], [D2, TEMPERATURE, 2]);
    const told = (await rest(reader)) as { field: string; value: unknown; time: string; unit?: string }[];
    expect(told.map(({ field, value }) => [field, value])).toContainEqual(["TEMPERATURE", 21.5]);
    expect(told.filter(({ value }) => value === 2)).toEqual([]);
    expect(told.length).toBeGreaterThan(1);
    const refused = await ask("GET", "/api/v1/live?current=true", VIEWER);
    expect([refused.status, (await refused.json()) as object]).toEqual([
      400,
      expect.objectContaining({ code: "invalid_request" }),
    ]);
  });

  test("idle, it tells no measurement, and that it is there", async () => {
    const { publish, open, metrics } = world();
    const reader = await open("?idle=true");
    publish([D1, NOTE, "unheard"]);
    await reader.more();
    expect(reader.lastId).toMatch(/^\d+-\d+$/);
    expect(metrics.streamEvents).toBe(0);
    await reader.cancel();
  });

  test("measurements as they are published, with their types and units", async () => {
    const { open, publish } = world();
    const reader = await open();
    publish([D1, TEMPERATURE, 22.5], [D1, DOOR, true], [D1, NOTE, "a\n\u2028é"], [D1, POSITION, "(1,-2)"]);
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push(await reader.next());
    expect(seen.map((e) => [e?.event, e?.id])).toEqual([1, 2, 3, 4].map((n) => ["measurement", `${n}-1772366400`]));
    const values = seen.map((e) => JSON.parse(e?.data ?? "") as { value: unknown });
    expect(values[0] as unknown).toEqual({
      product: "p",
      device: "d1",
      field: "TEMPERATURE",
      value: 22.5,
      time: "2026-03-01T12:00:00.000001Z",
      unit: "°C",
    });
    expect(values.slice(1).map((v) => v.value)).toEqual([true, "a\n\u2028é", { lat: 1, lng: -2 }]);
  });

  test("the answer is an event stream that nobody keeps, and HEAD opens none", async () => {
    const { ask, metrics } = world();
    const answer = await ask("GET", "/api/v1/live/", VIEWER, undefined, { Origin: "https://example.com" });
    expect(answer.headers.get("Content-Type")).toBe("text/event-stream; charset=utf-8");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    expect(metrics.streams).toBe(1);
    const head = await ask("HEAD", "/api/v1/live", VIEWER);
    expect([head.status, metrics.streams]).toEqual([200, 1]);
    const preflight = await ask("OPTIONS", "/api/v1/live", null, undefined, {
      Origin: "https://example.com",
      "Access-Control-Request-Method": "GET",
    });
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toContain("Last-Event-ID");
  });

  test("filters", async () => {
    const { open, publish, rest } = world();
    const all = await open("?fields=NOTE,temperature", OWNER);
    const one = await open("?devices=SAME&products=q&fields=note,temperature", OWNER);
    publish([D1, TEMPERATURE, 1], [D2, DOOR, true], [D3, TEMPERATURE_Q, 3], [D2, NOTE, "x", false]);
    expect(await rest(all)).toMatchObject([{ device: "d1" }, { product: "q", device: "d3" }]);
    expect((await one.next())?.data).toContain('"device":"d3"');
  });

  test("only what may be viewed, at every event", async () => {
    const { open, publish, rest, directory } = world();
    const viewer = await open("", VIEWER);
    const stranger = await open("", STRANGER);
    const recorder = await open("", RECORDER);
    publish([D1, TEMPERATURE, 1], [HIDDEN, TEMPERATURE, 2], [D3, TEMPERATURE_Q, 3]);
    const grants = [{ scope: "device", device: D1, can: ["view"] }] as const;
    directory.apply([{ kind: "apiUser", op: "put", row: { uid: 2, workspace: 1, name: "v", mqtt: true, grants } }]);
    publish([D1, TEMPERATURE, 4], [D3, TEMPERATURE_Q, 5]);
    expect(await rest(viewer)).toMatchObject([{ value: 1 }, { value: 3 }, { value: 4 }]);
    expect(await rest(recorder)).toMatchObject([{ value: 1 }, { value: 4 }]);
    expect((await stranger.next())?.data).toContain('"device":"hidden"');
  });

  test.each([
    ["", null, 401, "unknown_token"],
    ["?products=z", VIEWER, 404, "unknown_product"],
    ["?devices=hidden", VIEWER, 404, "unknown_device"],
    ["?devices=d1", BLIND, 403, "not_permitted"],
    ["?devices=SAME", VIEWER, 409, "ambiguous_device"],
    ["?fields=%C3%A9", VIEWER, 400, "invalid_request"],
    ["?nonsense=1", VIEWER, 400, "invalid_request"],
    ["?last_event_id=x", VIEWER, 400, "invalid_request"],
  ])("%s is refused", async (query, secret, status, code) => {
    const { ask, metrics } = world();
    const answer = await ask("GET", `/api/v1/live${query}`, secret);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
    expect(metrics.streams).toBe(0);
  });

  test("a revoked token ends the stream at once, and says so; other streams go on", async () => {
    const { open, publish, rest, directory, metrics, time, authority } = world();
    const reader = await open("", VIEWER);
    const other = await open("", OWNER);
    publish([D1, TEMPERATURE, 1]);
    const token = directory.tokenByHash(hashToken(VIEWER));
    directory.apply([{ kind: "token", op: "delete", uid: token?.uid ?? 0 }]);
    publish([D1, TEMPERATURE, 2]);
    expect((await reader.next())?.event).toBe("measurement");
    const end = await reader.next();
    expect([end?.event, JSON.parse(end?.data ?? "")]).toMatchObject(["end", { code: "unknown_token" }]);
    expect(end?.id).toBe(reader.lastId);
    expect(await reader.next()).toBeNull();
    expect(await rest(other)).toMatchObject([{ value: 1 }, { value: 2 }]);
    expect(metrics.streams).toBe(1);
    // expiry is the same
    const uid = directory.tokenByHash(hashToken(OWNER))?.uid ?? 0;
    const row = directory.token(uid);
    if (!row) throw new Error("no token");
    directory.apply([{ kind: "token", op: "put", row: { ...row, expires: time.now + 1 } }]);
    time.now += 2;
    authority.expire(time.now);
    expect(await other.next()).toMatchObject({ event: "end" });
  });

  test("streams of an account are limited; a reader that is gone gives his place back, and hears nothing", async () => {
    const { open, ask, metrics, publish } = world({ maxStreams: 2 });
    const first = await open();
    await open();
    const refused = await ask("GET", "/api/v1/live", VIEWER);
    expect([refused.status, metrics.streamsRefused]).toEqual([429, 1]);
    await open("", OWNER);
    await first.cancel();
    expect(metrics.streams).toBe(2);
    const before = metrics.streamEvents;
    publish([D1, TEMPERATURE, 1]);
    expect(metrics.streamEvents - before).toBe(2);
    await open();
  });

  test("a silent stream says that it is there, and where it is", async () => {
    const { open, http, publish, state } = world();
    const reader = await open("?fields=DOOR");
    publish([D1, TEMPERATURE, 1], [D1, TEMPERATURE, 2]);
    await reader.more();
    expect(reader.lastId).toStartWith("0-");
    for (let i = 0; i < 15; i++) http.tick();
    await reader.more();
    expect(reader.comments).toBe(1);
    expect(reader.lastId).toStartWith(`${state.seq}-`);
  });

  test("the server's end is told", async () => {
    const { open, http } = world();
    const reader = await open();
    http.end();
    expect(await reader.next()).toMatchObject({ event: "end" });
    expect(await reader.next()).toBeNull();
  });

  test("a reader who is too slow is told what he may have missed, and goes on", async () => {
    const { open, publish, metrics, time } = world({ maxStreamBuffer: 1000 });
    const slow = await open();
    for (let i = 0; i < 100; i++) publish([D1, TEMPERATURE, i]);
    expect(metrics.streamEventsLost).toBeGreaterThan(50);
    const lost = metrics.streamEventsLost;
    let n = 0;
    let e = await slow.next();
    for (; e?.event === "measurement"; e = await slow.next()) n++;
    expect(n).toBe(100 - lost);
    expect(e?.event).toBe("gap");
    const gap = JSON.parse(e?.data ?? "") as { from: string; to: string };
    expect([gap.from > "2026-03-01T12:00:00.000001Z", gap.to]).toEqual([true, "2026-03-01T12:00:00.000100Z"]);
    expect(time.now).toBe(NOW + 100);
    expect(e?.id).toStartWith("100-");
    publish([D1, TEMPERATURE, 7]);
    expect((await slow.next())?.data).toContain('"value":7');
  });
});

describe("Last-Event-ID", () => {
  test("what was published meanwhile comes first, once, by rights and filter", async () => {
    const { open, publish, rest } = world();
    publish([D1, TEMPERATURE, 1], [D1, TEMPERATURE, 2], [D1, TEMPERATURE, 3, false]);
    publish([D3, TEMPERATURE_Q, 4], [D1, DOOR, false], [HIDDEN, TEMPERATURE, 5]);
    const reader = await open("?fields=TEMPERATURE,NOTE", VIEWER, { "Last-Event-ID": "1-1772366399" });
    publish([D1, TEMPERATURE, 6]);
    expect(await rest(reader)).toMatchObject([{ value: 2 }, { value: 4 }, { value: 6 }]);
    const again = await open("?last_event_id=7", VIEWER);
    expect(await again.next()).toMatchObject({ id: "8-1772366400", data: expect.stringContaining("the end") });
  });

  test.each([
    ["rows that left the log", "2-1772366000", "2026-03-01T11:53:20Z"],
    ["rows that left the log, of an id without a time", "2", null],
    ["a number that was never given", "99-1772366000", "2026-03-01T11:53:20Z"],
  ])("%s: a gap says from when", async (_, id, from) => {
    const { open, publish, data, rest } = world();
    for (let i = 1; i <= 6; i++) publish([D1, TEMPERATURE, i]);
    data.records.splice(0, 4);
    const reader = await open("", VIEWER, { "Last-Event-ID": id });
    const gap = await reader.next();
    expect([gap?.event, JSON.parse(gap?.data ?? "")]).toEqual(["gap", { from, to: "2026-03-01T12:00:00.000006Z" }]);
    expect(await rest(reader)).toMatchObject(id.startsWith("99") ? [] : [{ value: 5 }, { value: 6 }]);
  });

  test("a store that does not answer is a gap, and the stream goes on", async () => {
    const { open, publish, data, rest } = world();
    publish([D1, TEMPERATURE, 1]);
    data.failure = new Error("no");
    const reader = await open("", VIEWER, { "Last-Event-ID": "0" });
    expect(await rest(reader)).toEqual(["gap"]);
  });

  test("whatever is published, trimmed and broken off: each measurement comes once and in order, or a gap is told", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("publish" as const), n: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ do: fc.constant("trim" as const), n: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ do: fc.constant("read" as const), n: fc.constant(0) }),
      fc.record({ do: fc.constant("again" as const), n: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { open, publish, data } = world({ maxStreamBuffer: 1200 });
        let reader = await open();
        await reader.more(); // where it begins
        let next = 1;
        let expected = 1;
        let last = reader.lastId;
        let gap = false;
        let trimmed = false;
        let most = 0;
        const take = (e: SeenEvent | null) => {
          last = e?.id ?? last;
          if (e?.event === "gap") gap = true;
          if (e?.event !== "measurement") return;
          const { value } = JSON.parse(e.data) as { value: number };
          if (gap) expect(value).toBeGreaterThanOrEqual(expected);
          else expect(value).toBe(expected);
          gap = false;
          expected = value + 1;
        };
        // its own row comes, or a gap that goes over it
        const drain = async () => {
          publish([D1, TEMPERATURE, next++]);
          while (Number(last.split("-")[0]) < next - 1) {
            take(await reader.next());
            if (gap) expect(trimmed || most > 3).toBe(true);
          }
          expected = next;
          gap = false;
        };
        for (const { do: what, n } of steps) {
          if (what === "publish") for (let i = 0; i < n; i++) publish([D1, TEMPERATURE, next++]);
          if (what === "trim") trimmed = data.records.splice(0, n).length > 0 || trimmed;
          most = Math.max(most, next - expected);
          if (what === "read") await drain();
          if (what === "again") {
            await reader.cancel();
            reader = await open("", VIEWER, { "Last-Event-ID": last });
          }
        }
        await drain();
        await reader.cancel();
      }),
      { numRuns: 100 },
    );
  });
});

test("operators hear nothing that they may not view", async () => {
  const { open, publish, http } = world();
  const reader = await open("", OPERATOR);
  publish([D1, TEMPERATURE, 1]);
  http.end();
  expect((await reader.next())?.event).toBe("end");
});
