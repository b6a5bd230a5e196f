import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { newParsed, parseJson, parseTime, printTime, toValue } from "../measure/index.ts";
import { FIELD_TYPES, type FieldType, specOf, type Value } from "../measure/types.ts";
import { MemoryReads } from "../store/memory/points.ts";
import type { ManyColumns, ManyRequest, Point } from "../store/ports.ts";
import { encoderOf, type ExportFormat, partsOfAll } from "./export.ts";
import type { NamedSeries } from "./types.ts";
import { simulatedValues } from "../measure/value.testing.ts";

class Memory extends MemoryReads {
  constructor(private readonly points: readonly Point[]) {
    super();
  }
  protected pointsOf(): readonly Point[] {
    return this.points;
  }
}
const EVERYTHING = { from: 0, to: Number.MAX_SAFE_INTEGER };
const named = (type: FieldType): NamedSeries => ({ product: "p", device: "d:1", field: "F", type, series: 1 });

async function exported(format: ExportFormat, type: FieldType, points: readonly Point[]): Promise<Uint8Array> {
  const encoder = await encoderOf(format);
  const parts = [encoder.begin()];
  for await (const part of partsOfAll(new Memory(points), [named(type)], EVERYTHING)) parts.push(encoder.part(part));
  parts.push(encoder.end());
  return new Uint8Array(Buffer.concat(parts));
}
const text = async (format: ExportFormat, type: FieldType, points: readonly Point[]) =>
  Buffer.from(await exported(format, type, points)).toString("utf8");

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0); // −0 is stored as 0
const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true }).map((n) => n + 0);
const VALUES: Partial<Record<FieldType, fc.Arbitrary<Value>>> = {
  NUMERIC: number,
  COUNTER: number,
  INT: fc.maxSafeInteger(),
  BOOL: fc.boolean(),
  STRING: fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", '"', "a,b", "x\r\ny", " s ")),
  GEO: fc.record({ lat: degrees(90), lng: degrees(180) }),
};
const times = fc
  .uniqueArray(fc.integer({ min: 946_684_800_000_000, max: 1.8e15 }), { maxLength: 40 })
  .map((list) => list.sort((a, b) => a - b));
const series = fc
  .constantFrom(...FIELD_TYPES)
  .chain((type) =>
    times.chain((list) =>
      fc.tuple(
        fc.constant(type),
        fc.tuple(
          ...list.map((time) => (VALUES[type] ?? simulatedValues(type)).map((value): Point => ({ time, value }))),
        ),
      ),
    ),
  );

test("parts of many series are those of each, in their order, by few questions; of long series in parts that fit", async () => {
  const asked: number[][] = [];
  const pointsOf = (id: number): Point[] =>
    Array.from({ length: id % 3 === 0 ? 0 : id % 97 === 0 ? 1500 : 1 }, (_, i) => ({ time: i, value: id }));
  const store = new (class extends MemoryReads {
    protected pointsOf(id: number): readonly Point[] {
      return pointsOf(id);
    }
    override columnsOfMany(request: ManyRequest): Promise<ManyColumns> {
      asked.push([...request.series]);
      return super.columnsOfMany(request);
    }
  })();
  const all = Array.from({ length: 2000 }, (_, i) => ({ ...named("NUMERIC"), series: i + 1, mine: i }));
  const found = new Map<number, { time: number; value: unknown }[]>();
  let last = 0;
  for await (const part of partsOfAll(store, all, EVERYTHING, { read: 400, part: 150 })) {
    expect([part.mine, part.times.length <= 150, part.series >= last]).toEqual([part.series - 1, true, true]);
    last = part.series;
    const points = found.get(last) ?? [];
    for (const [i, time] of part.times.entries()) points.push({ time, value: part.cells[i] });
    found.set(last, points);
    // no more than one question is ahead of what is written
    expect(asked.filter((ids) => (ids[0] ?? 0) > last).length).toBeLessThan(3);
  }
  expect(found).toEqual(new Map(all.flatMap(({ series: id }) => (id % 3 === 0 ? [] : [[id, pointsOf(id)]]))));
  expect(asked.length).toBeLessThan(40);
  const questions = asked.length;
  const none = { from: 5, to: 5 };
  expect(await partsOfAll(store, all, none).next()).toEqual({ done: true, value: undefined });
  expect(asked).toHaveLength(questions);
});

test("CSV and NDJSON, as they are", async () => {
  const points = [
    { time: Date.UTC(2026, 0, 1) * 1000, value: 'a "b", c' },
    { time: Date.UTC(2026, 0, 1) * 1000 + 1, value: "" },
  ];
  expect(await text("csv", "STRING", points)).toBe(
    'time,product,device,field,value\r\n2026-01-01T00:00:00Z,p,d:1,F,"a ""b"", c"\r\n2026-01-01T00:00:00.000001Z,p,d:1,F,""\r\n',
  );
  expect(await text("ndjson", "GEO", [{ time: points[0]?.time ?? 0, value: { lat: 1, lng: -2.5 } }])).toBe(
    '{"time":"2026-01-01T00:00:00Z","product":"p","device":"d:1","field":"F","value":"(1,-2.5)"}\n',
  );
});

describe("what is exported reads back as the same values and times, whatever the type", () => {
  const read = (type: FieldType, time: string, value: unknown): Point => {
    const parsed = newParsed();
    const at = parseTime(time, 2e15);
    if (!parseJson(specOf(type), value, parsed)) throw new Error(parsed.error);
    return { time: at && "time" in at ? at.time : 0, value: toValue(specOf(type), parsed) };
  };

  test("NDJSON", async () => {
    await fc.assert(
      fc.asyncProperty(series, async ([type, points]) => {
        const lines = (await text("ndjson", type, points)).split("\n").slice(0, -1);
        const rows = lines.map((line) => JSON.parse(line) as { time: string; value: unknown });
        expect(rows.map(({ time, value }) => read(type, time, value))).toEqual(points);
      }),
    );
  });

  test("Parquet", async () => {
    await fc.assert(
      fc.asyncProperty(series, async ([type, points]) => {
        const bytes = await exported("parquet", type, points);
        const rows = await parquetReadObjects({ file: bytes.slice().buffer });
        const { form } = specOf(type);
        const back = rows.map((row) => ({
          time: String(row.time instanceof Date ? printTime(row.time.getTime() * 1000).slice(0, 19) : row.time),
          value: form === "position" ? { lat: row.latitude, lng: row.longitude } : row[form],
          device: row.device,
        }));
        expect(back).toEqual(
          points.map(({ time, value }) => ({ time: printTime(time).slice(0, 19), value, device: "d:1" })),
        );
      }),
      { numRuns: 60 },
    );
  });
});

test("Parquet has microseconds, and as many row groups as it takes", async () => {
  const encoder = await encoderOf("parquet");
  const parts = [encoder.begin()];
  let largest = 0;
  const many = 250_000;
  for (let from = 0; from < many; from += 25_000) {
    const points = Float64Array.from({ length: 25_000 }, (_, i) => 1.7e15 + from + i);
    const part = encoder.part({ ...named("NUMERIC"), times: points, cells: [...points].map((t) => t % 1000) });
    largest = Math.max(largest, part.length);
    parts.push(part);
  }
  parts.push(encoder.end());
  const file = new Uint8Array(Buffer.concat(parts)).buffer;
  const { parquetMetadataAsync } = await import("hyparquet");
  const { row_groups, num_rows } = await parquetMetadataAsync(file);
  expect([row_groups.map((group) => Number(group.num_rows)), Number(num_rows)]).toEqual([
    [100_000, 100_000, 50_000],
    many,
  ]);
  expect(largest).toBeLessThan(file.byteLength / 2);
  const [row] = await parquetReadObjects({
    file,
    columns: ["time", "number"],
    rowStart: 123_457,
    rowEnd: 123_458,
    parsers: { timestampFromMicroseconds: (micros: bigint) => micros } as never, // the rest are its own
  });
  expect(row).toEqual({ time: 1_700_000_000_123_457n, number: (1.7e15 + 123_457) % 1000 });
});
