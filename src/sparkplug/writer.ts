import type { DataType, Raw } from "./types.ts";

/** Types whose whole numbers stand in 64 bits. */
const LONG: ReadonlySet<DataType | null> = new Set(["Int64", "UInt64", "DateTime"] as const);

/** Fields of one message, one behind the other. */
export class Writer {
  private readonly parts: Uint8Array[] = [];

  varint(field: number, value: bigint): void {
    this.parts.push(varintBytes(BigInt(field << 3)), varintBytes(BigInt.asUintN(64, value)));
  }
  bytes(field: number, value: Uint8Array): void {
    this.parts.push(varintBytes(BigInt((field << 3) | 2)), varintBytes(BigInt(value.length)), value);
  }
  text(field: number, value: string): void {
    this.bytes(field, new TextEncoder().encode(value));
  }
  message(field: number, value: Writer): void {
    this.bytes(field, value.end());
  }
  /** A plain value, in the form that its type has. @param before the field before the first of the six forms */
  scalar(before: number, type: DataType | null, value: Raw): void {
    if (typeof value === "bigint") {
      if (LONG.has(type)) this.varint(before + 2, value);
      else this.varint(before + 1, BigInt.asUintN(32, value)); // two's complement
    } else if (typeof value === "number") this.decimal(before, type, value);
    else if (typeof value === "boolean") this.varint(before + 5, value ? 1n : 0n);
    else if (typeof value === "string") this.text(before + 6, value);
  }
  private decimal(before: number, type: DataType | null, value: number): void {
    const isSingle = type === "Float";
    const bytes = new Uint8Array(isSingle ? 4 : 8);
    const view = new DataView(bytes.buffer);
    if (isSingle) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    this.parts.push(varintBytes(BigInt(((before + (isSingle ? 3 : 4)) << 3) | (isSingle ? 5 : 1))), bytes);
  }
  end(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
function varintBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left > 0n ? low | 0x80 : low);
  } while (left > 0n);
  return Uint8Array.from(bytes);
}
