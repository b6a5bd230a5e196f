import { expect, test } from "bun:test";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { elementsOf } from "./arrays.ts";
import { NoPayload } from "./fields.ts";
import { readPayload } from "./read.ts";
import { DATA_TYPES, type DataType, type Metric, type Payload, PLAIN_METRIC, type Raw } from "./types.ts";
import { flattened } from "./templates.ts";
import { fieldTypeOf, recordedOf, unitOf, writtenAs } from "./values.ts";
import { writePayload } from "./write.ts";

const metric = (more: Partial<Metric>): Metric => ({ ...PLAIN_METRIC, name: "m", type: "Int32", value: 1n, ...more });
const payload = (more: Partial<Payload>): Payload => ({
  timestamp: 1_700_000_000_000,
  metrics: [],
  seq: 0,
  uuid: null,
  body: null,
  ...more,
});
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));

test("bytes as they lie on the wire, field by field", () => {
  // timestamp 1, seq 2, metric {name "a", alias 5, timestamp 1, datatype Int8, int_value 0xfffffffb, is_historical}
  const bytes = hex("0801 1211 0a0161 1005 1801 2001 2801 50fbffffff0f 1802");
  expect(readPayload(bytes)).toEqual(
    payload({
      timestamp: 1,
      seq: 2,
      metrics: [metric({ name: "a", alias: 5n, timestamp: 1, type: "Int8", value: 0xfffffffbn, isHistorical: true })],
    }),
  );
});

test("signed whole numbers are two's complement, in 32 or 64 bits, whatever their size; unsigned ones in either field", () => {
  const rows: readonly (readonly [DataType, bigint, unknown])[] = [
    ["Int8", 0xfffffffbn, -5],
    ["Int8", 0xfbn, -5],
    ["Int16", 0xffff8000n, -32768],
    ["Int32", 0xffffffffn, -1],
    ["Int64", 0xffffffffffffffffn, -1],
    ["Int64", 0x7fffffffffffffffn, "9223372036854775807"],
    ["UInt8", 255n, 255],
    ["UInt32", 0xffffffffn, 4294967295],
    ["UInt64", 0xffffffffffffffffn, "18446744073709551615"],
    ["Boolean", 1n, true],
    ["DateTime", 1_700_000_000_123n, "2023-11-14T22:13:20.123Z"],
  ];
  for (const [type, raw, value] of rows) expect([type, recordedOf(type, raw)]).toEqual([type, value as number]);
});

test("what is no finite number is no value; bytes are base64, sets and arrays JSON", () => {
  expect(recordedOf("Double", Number.NaN)).toBeNull();
  expect(recordedOf("Float", Number.POSITIVE_INFINITY)).toBeNull();
  expect(recordedOf("Bytes", hex("00ff"))).toBe("AP8=");
  const set = {
    columns: ["a", "b"],
    types: ["Int8", "String"] as const,
    rows: [
      [0xffn, "x"],
      [null, "y"],
    ],
  };
  expect(recordedOf("DataSet", set)).toBe('{"columns":["a","b"],"rows":[[-1,"x"],[null,"y"]]}');
  expect(recordedOf("Int16Array", hex("ffff0100"))).toBe("[-1,1]");
});

test("arrays as the specification's examples pack them", () => {
  const rows: readonly (readonly [DataType, string, unknown])[] = [
    ["Int8Array", "ef7b", [-17, 123]],
    ["Int16Array", "d08a307b", [-30000, 31536]],
    ["UInt32Array", "340000005aa8fb12", [52, 318482522]],
    ["Int64Array", "cea40672ace0ffff9a02ba3efbffffff", null],
    ["FloatArray", "0000803f", [1]],
    ["DoubleArray", "000000000000f03f", [1]],
    ["BooleanArray", "0c0000004d10", [false, true, false, false, true, true, false, true, false, false, false, true]],
    ["StringArray", "4142430068656c6c6f00", ["ABC", "hello"]],
    ["StringArray", "", []],
    ["StringArray", "41", null],
    ["BooleanArray", "0c00000000", null],
    ["Int32Array", "000000", null],
  ];
  for (const [type, bytes, value] of rows) {
    const elements = elementsOf(type, hex(bytes));
    if (type === "Int64Array") expect(elements).toHaveLength(2);
    else expect([type, elements]).toEqual([type, value as never]);
  }
});

test("a template's instance stands for its members, with its time and flags; a definition for none", () => {
  const member = metric({ name: "rpm", type: "Int32", value: 7n });
  const template = { version: null, reference: "motor", isDefinition: false, metrics: [member], parameters: [] };
  const whole = metric({ name: "m1", type: "Template", value: template, timestamp: 5, isHistorical: true });
  expect(flattened(whole)).toEqual([{ ...member, name: "m1/rpm", timestamp: 5, isHistorical: true }]);
  expect(flattened({ ...whole, value: { ...template, isDefinition: true } })).toEqual([]);
  expect(flattened({ ...whole, value: null })).toEqual([]);
  const nested = metric({ name: "line", type: "Template", value: { ...template, metrics: [whole] } });
  expect(flattened(nested).map(({ name }) => name)).toEqual(["line/m1/rpm"]);
});

test("tck-id-operational-behavior-data-commands-ncmd-metric-value: what a metric's type can hold is written, everything else is refused", () => {
  const raw = (type: DataType, value: unknown) => {
    const written = writtenAs(type, value);
    return "raw" in written ? written.raw : null;
  };
  expect(raw("Int8", -128)).toBe(-128n);
  expect(raw("Int8", 128)).toBeNull();
  expect(raw("UInt8", -1)).toBeNull();
  expect(raw("UInt64", "18446744073709551615")).toBe(18446744073709551615n);
  expect(raw("Int32", 1.5)).toBeNull();
  expect(raw("Double", "2.5")).toBe(2.5);
  expect(raw("Float", "")).toBeNull();
  expect(raw("Boolean", "true")).toBe(true);
  expect(raw("Boolean", 1)).toBeNull();
  expect(raw("String", 5)).toBe("5");
  expect(raw("DateTime", "2023-11-14T22:13:20.123Z")).toBe(1_700_000_000_123n);
  expect(raw("DateTime", "yesterday")).toBeNull();
  expect(raw("DataSet", "x")).toBeNull();
});

test("the unit is the property engUnit; each data type has a type of field", () => {
  const properties = new Map([["engUnit", { type: "String", value: "°C" } as const]]);
  expect(unitOf({ properties })).toBe("°C");
  expect(unitOf({ properties: null })).toBeNull();
  expect(DATA_TYPES.map((type) => `${type} ${fieldTypeOf(type)}`)).toContain("UInt16 INT");
  expect(["Float", "Boolean", "UUID"].map((type) => fieldTypeOf(type as DataType))).toEqual([
    "NUMERIC",
    "BOOL",
    "STRING",
  ]);
});

const signed = { Int8: 8, Int16: 16, Int32: 32, Int64: 64 } as const;
const plainValue = fc.oneof(
  ...Object.entries(signed).map(([type, bits]) =>
    fc
      .bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n })
      .map((value) => ({ type: type as DataType, value: value as Raw })),
  ),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ type: "Double" as DataType, value: value as Raw })),
  fc.string({ unit: "grapheme" }).map((value) => ({ type: "String" as DataType, value: value as Raw })),
  fc.boolean().map((value) => ({ type: "Boolean" as DataType, value: value as Raw })),
  fc.uint8Array().map((value) => ({ type: "Bytes" as DataType, value: value as Raw })),
);
const anyMetric = fc
  .record({
    name: fc.option(fc.string({ unit: "grapheme" })),
    alias: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    timestamp: fc.option(fc.nat()),
    isHistorical: fc.boolean(),
    isTransient: fc.boolean(),
    given: plainValue,
    isNull: fc.boolean(),
  })
  .map(({ given, isNull, ...rest }) => metric({ ...rest, type: given.type, value: isNull ? null : given.value }));

test("what is written is read again: whole numbers as their type reads them, everything else the same", () => {
  fc.assert(
    fc.property(fc.array(anyMetric, { maxLength: 5 }), fc.option(fc.nat({ max: 255 })), (metrics, seq) => {
      const again = readPayload(writePayload(payload({ metrics, seq })));
      expect(again.seq).toBe(seq);
      const comparable = (one: Metric) => ({
        ...one,
        value: typeof one.value === "bigint" ? recordedOf(one.type ?? "Unknown", one.value) : one.value,
      });
      expect(again.metrics.map(comparable)).toEqual(metrics.map(comparable));
    }),
  );
});

test("sets of properties, DataSets, templates and metadata are read as they were written", () => {
  const properties = new Map([
    ["Quality", { type: "Int32", value: 192n } as const],
    ["none", { type: "String", value: null } as const],
    ["set", { type: "PropertySet", value: new Map([["a", { type: "Boolean", value: true } as const]]) } as const],
    ["list", { type: "PropertySetList", value: [new Map([["b", { type: "Float", value: 1.5 } as const]])] } as const],
  ]);
  const metadata = {
    isMultiPart: true,
    contentType: "text/plain",
    size: 3n,
    seq: 1n,
    fileName: "a.txt",
    fileType: "txt",
    md5: "00",
    description: "x",
  };
  const member = metric({ name: "x", type: "Float", value: 2.5 });
  const parameters = [{ name: "p", type: "Int32" as const, value: 4n }];
  const template = { version: "1", reference: "ref", isDefinition: false, metrics: [member], parameters };
  const set = {
    columns: ["a", "b"],
    types: ["Int64", "String"] as const,
    rows: [
      [1n, "x"],
      [null, "y"],
    ],
  };
  const metrics = [
    metric({ name: "t", type: "Template", value: template, properties }),
    metric({ name: "d", type: "DataSet", value: set, metadata }),
  ];
  expect(readPayload(writePayload(payload({ metrics, uuid: "u", body: hex("01") })))).toEqual(
    payload({ metrics, uuid: "u", body: hex("01") }),
  );
});

test("bytes that are no payload are refused in one sentence, whatever they are, and never anything else thrown", () => {
  for (const text of ["0a", "7b22613a", "12ff01", "ffffffffffffffffffffff", "080a1202ffff"])
    expect(() => readPayload(hex(text.length % 2 === 0 ? text : `${text}0`))).toThrow(NoPayload);
  const deep = Array.from({ length: 60 }).reduce<Uint8Array>(
    (inner) =>
      writePayload(
        payload({
          metrics: [
            metric({
              type: "Template",
              value: { version: null, reference: null, isDefinition: false, metrics: readAll(inner), parameters: [] },
            }),
          ],
        }),
      ),
    writePayload(payload({ metrics: [] })),
  );
  expect(() => readPayload(deep)).toThrow(NoPayload);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readPayload(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(NoPayload);
      }
    }),
  );
});
/** As deep as they can be read. */
function readAll(bytes: Uint8Array): readonly Metric[] {
  try {
    return readPayload(bytes).metrics;
  } catch {
    return [metric({ type: "Template", value: nested(40) })];
  }
}
function nested(depth: number): Raw {
  const metrics = depth === 0 ? [] : [metric({ type: "Template", value: nested(depth - 1) })];
  return { version: null, reference: null, isDefinition: false, metrics, parameters: [] };
}

test("a payload that is packed into another one is read; what unpacks to too much, or to nothing, is none", () => {
  const inner = writePayload(payload({ seq: 7, metrics: [metric({ name: "t" })] }));
  const packed = (body: Uint8Array, algorithm: string | null) =>
    writePayload({
      ...payload({ seq: null, uuid: "SPBV1.0_COMPRESSED", body }),
      metrics: algorithm === null ? [] : [metric({ name: "algorithm", type: "String", value: algorithm })],
    });
  expect(readPayload(packed(deflateSync(inner), null)).seq).toBe(7);
  expect(readPayload(packed(deflateSync(inner), "DEFLATE")).seq).toBe(7);
  expect(readPayload(packed(gzipSync(inner), "GZIP")).metrics).toMatchObject([{ name: "t" }]);
  expect(() => readPayload(packed(inner, null))).toThrow(NoPayload);
  expect(() => readPayload(packed(deflateSync(new Uint8Array(17 * 1024 * 1024)), null))).toThrow(NoPayload);
});
