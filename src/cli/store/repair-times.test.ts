import { openAll } from "../../store/data.model.ts";
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RecordWriter, TAG_EXPLICIT } from "../../store/record.ts";
import { SqliteDataStore } from "../../store/sqlite/data/store.ts";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-times-"));
afterAll(() => rmSync(root, { recursive: true }));

const FLEET = `
workspaces:
  - slug: acme
    products:
      - slug: p
        fields: [{ id: T, type: NUMERIC }, { id: NOTE, type: STRING }, { id: ON, type: BOOL }]
        devices: [{ id: a }]
`;
const SECOND = 1e6;
const HOUR = 3600 * SECOND;
const TEN_YEARS = 3650 * 24 * HOUR;

/** A folder of which series T (1), NOTE (2) and ON (3) have ten rows of the past and five from under a clock ten years ahead. */
async function place(sealed: boolean) {
  const data = mkdtempSync(join(root, "d"));
  const cli = async (args: readonly string[], answers: readonly string[] | null = null) => {
    const { io, said } = fakeIo({ files: { "-": FLEET }, ...(answers !== null && { answers: [...answers] }) });
    const code = await run([...args, "--data", data], io);
    return { code, out: said.out, err: said.err };
  };
  expect((await cli(["apply", "-"])).code).toBe(0);
  const now = Date.now() * 1000;
  const store = new SqliteDataStore({ folder: data });
  await store.open();
  let seq = 1;
  const write = async (time: number, i: number, flags = 0) => {
    const writer = new RecordWriter();
    writer.double(flags, 1, time, 0, i);
    writer.text(flags, 2, time, 0, `n${i}`);
    writer.bool(flags, 3, time, 0, i % 2 === 1);
    const types = ["NUMERIC", "STRING", "BOOL"] as const;
    const ops =
      seq > 1 ? [] : types.map((type, k) => ({ op: "series_put", id: k + 1, device: 1, field: k + 1, type }) as const);
    await store.commit({ count: 3, blob: writer.finish(), ops });
    seq += 3;
  };
  const begin = now - HOUR;
  for (let i = 0; i < 10; i++) await write(begin + i * SECOND, i, i % 2 === 0 ? TAG_EXPLICIT : 0);
  for (let i = 10; i < 15; i++) await write(begin + i * SECOND + TEN_YEARS, i);
  // the place that one of them comes to is taken
  await write(begin + 12 * SECOND, 99, TAG_EXPLICIT);
  if (sealed) {
    await store.commit({ count: 0, blob: null, ops: [{ op: "trim", upTo: seq }] });
    await store.idle();
  }
  await store.close();
  const read = async () => {
    const again = new SqliteDataStore({ folder: data });
    const { series } = await openAll(again);
    const points = await again.read(1, 0, Number.MAX_SAFE_INTEGER, 1000);
    const others = [
      await again.read(2, 0, Number.MAX_SAFE_INTEGER, 1000),
      await again.read(3, 0, Number.MAX_SAFE_INTEGER, 1000),
    ];
    await again.close();
    return { series, points, others };
  };
  return { cli, read, begin, now };
}

describe.each([
  ["in the log", false],
  ["sealed", true],
])("store repair-times, %s", (_, sealed) => {
  test("counts in a dry run, moves by a span in order, loses no point and meets none; the newest is current", async () => {
    const { cli, read, begin, now } = await place(sealed);
    const dry = await cli(["store", "repair-times", "--by", "3650d", "--dry-run"]);
    expect(dry.code).toBe(0);
    expect(dry.out).toContain("15 measurements of 3 series would be moved back by 315360000 s.");
    expect(dry.out).toContain("p/a/NOTE");
    expect((await read()).points.at(-1)?.time).toBeGreaterThan(now + TEN_YEARS - 2 * HOUR);
    const done = await cli(["store", "repair-times", "--by", "3650d", "--yes"]);
    expect([done.code, done.out]).toEqual([
      0,
      "15 measurements of 3 series are moved; current values are the newest of what is there.\n",
    ]);
    for (let start = 0; start < 2; start++) {
      const { points, others, series } = await read();
      expect(points.map(({ time, value }) => [time - begin, value])).toEqual([
        ...Array.from({ length: 12 }, (_, i) => [i * SECOND, i]),
        [12 * SECOND, 99],
        [12 * SECOND + 1, 12],
        [13 * SECOND, 13],
        [14 * SECOND, 14],
      ]);
      expect(others.map((list) => list.at(-1)?.value)).toEqual(["n14", false]);
      expect(series.map(({ time, value }) => [time, value])).toEqual(
        [14, "n14", false].map((v) => [begin + 14 * SECOND, v]),
      );
      expect(series.every(({ lastArrival }) => lastArrival < now)).toBe(true);
    }
    expect((await cli(["store", "repair-times"])).out).toContain("Nothing is more than 5 minutes ahead");
    expect((await cli(["store", "check"])).code).toBe(0);
    expect((await cli(["audit", "--action", "measurements", "--json"])).out).toContain("measurements.repair");
  });

  test("without a span the newest comes to this moment; a span that is too short is refused; deleting leaves the rest", async () => {
    const one = await place(sealed);
    expect((await one.cli(["store", "repair-times", "--by", "1h", "--yes"])).err).toContain("still be ahead");
    expect((await one.cli(["store", "repair-times"])).err).toContain("say --yes");
    expect((await one.cli(["store", "repair-times"], ["no"])).code).toBe(1);
    expect((await one.cli(["store", "repair-times", "--by", "1h", "--delete"])).code).toBe(2);
    expect((await one.cli(["store", "repair-times"], ["yes"])).code).toBe(0);
    const moved = await one.read();
    expect(moved.points).toHaveLength(16);
    expect(Math.abs((moved.points.at(-1)?.time ?? 0) - Date.now() * 1000)).toBeLessThan(120 * SECOND);
    const two = await place(sealed);
    expect((await two.cli(["store", "repair-times", "--delete", "--yes"])).code).toBe(0);
    const left = await two.read();
    expect(left.points.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99]);
    expect(left.series[0]).toMatchObject({ time: two.begin + 12 * SECOND, value: 99 });
  });
});
