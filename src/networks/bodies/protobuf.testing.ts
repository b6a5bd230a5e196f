/** A field of a message: its number, and what stands in it. */
export type Part = readonly [
  number: number,
  value: number | bigint | boolean | string | Uint8Array | Double | Single | readonly Part[],
];
/** How a number with a fraction lies there. */
export class Double {
  constructor(readonly value: number) {}
}
export class Single {
  constructor(readonly value: number) {}
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let left = BigInt.asUintN(64, value); ; left >>= 7n) {
    if (left < 0x80n) return [...bytes, Number(left)];
    bytes.push(Number(left & 0x7fn) | 0x80);
  }
}

/** A message as the Protocol Buffers encoding writes it. */
export function message(...parts: readonly Part[]): Uint8Array {
  return new Uint8Array(
    parts.flatMap(([number, value]) => {
      const tag = (wire: number) => varint(BigInt(number * 8 + wire));
      if (value instanceof Double) return [...tag(1), ...new Uint8Array(new Float64Array([value.value]).buffer)];
      if (value instanceof Single) return [...tag(5), ...new Uint8Array(new Float32Array([value.value]).buffer)];
      if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
        return [...tag(0), ...varint(BigInt(value))];
      const bytes =
        typeof value === "string"
          ? new TextEncoder().encode(value)
          : value instanceof Uint8Array
            ? value
            : message(...value);
      return [...tag(2), ...varint(BigInt(bytes.length)), ...bytes];
    }),
  );
}

/** google.protobuf.Struct */
export function structOf(object: object): readonly Part[] {
  return Object.entries(object).map(
    ([key, value]): Part => [
      1,
      [
        [1, key],
        [2, [jsonValue(value)]],
      ],
    ],
  );
}
function jsonValue(value: unknown): Part {
  if (value === null) return [1, 0];
  if (typeof value === "number") return [2, new Double(value)];
  if (typeof value === "string") return [3, value];
  if (typeof value === "boolean") return [4, value];
  if (Array.isArray(value)) return [6, value.map((one): Part => [1, [jsonValue(one)]])];
  return [5, structOf(Object(value))];
}
