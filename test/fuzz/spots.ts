import { createFrame, FRAME_COMPLETE, PacketType, readFrame, type Version } from "../../src/codec/index.ts";
import { definitionOf, WILL } from "../../src/codec/property-table.ts";

/** Something in a packet that is worth changing. */
export interface Spot {
  /** `length16`: two bytes before a text; `text`: what they count; `property`: identifier and value; `varint`: a length. */
  readonly kind: "byte" | "u16" | "length16" | "text" | "varint" | "property" | "rest";
  readonly at: number;
  readonly length: number;
}
export interface Anatomy {
  readonly bodyStart: number;
  readonly spots: readonly Spot[];
  /** Property lists: where their length stands, and what it counts. */
  readonly lists: readonly { readonly at: number; readonly from: number; readonly to: number }[];
}

/** Where the fields of a valid packet are; what cannot be told apart is left away. */
export function anatomy(version: Version, bytes: Uint8Array): Anatomy {
  const frame = createFrame();
  if (readFrame(bytes, 0, bytes.length, Number.POSITIVE_INFINITY, frame) !== FRAME_COMPLETE)
    return { bodyStart: 0, spots: [], lists: [] };
  const walk = new Walk(version, bytes, frame.bodyStart);
  walk.add("byte", 0, 1);
  walk.add("varint", 1, frame.bodyStart - 1);
  walk.packet(frame.type, frame.flags);
  return { bodyStart: frame.bodyStart, spots: walk.spots, lists: walk.lists };
}

class Walk {
  readonly spots: Spot[] = [];
  readonly lists: { at: number; from: number; to: number }[] = [];

  constructor(
    private readonly version: Version,
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  add(kind: Spot["kind"], at: number, length: number): void {
    if (at + length <= this.bytes.length) this.spots.push({ kind, at, length });
  }
  private get left(): number {
    return this.bytes.length - this.at;
  }
  private take(kind: Spot["kind"], length: number): void {
    this.add(kind, this.at, length);
    this.at += length;
  }
  private u16At(at: number): number {
    return ((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0);
  }
  private text(): void {
    const length = this.u16At(this.at);
    this.take("length16", 2);
    this.take("text", length);
  }
  private varint(): number {
    let value = 0;
    let n = 0;
    for (; n < 4; n++) {
      const byte = this.bytes[this.at + n] ?? 0;
      value += (byte & 0x7f) << (7 * n);
      if (byte < 0x80) break;
    }
    this.take("varint", n + 1);
    return value;
  }

  packet(type: number, flags: number): void {
    switch (type) {
      case PacketType.CONNECT:
        return this.connect();
      case PacketType.CONNACK:
        this.take("byte", 1);
        this.take("byte", 1);
        return this.properties(type);
      case PacketType.PUBLISH:
        this.text();
        if ((flags & 6) !== 0) this.take("u16", 2);
        this.properties(type);
        return this.take("rest", this.left);
      case PacketType.DISCONNECT:
      case PacketType.AUTH:
        return this.reason(type);
      case PacketType.PINGREQ:
      case PacketType.PINGRESP:
        return;
      default:
        this.take("u16", 2);
        if (type <= PacketType.PUBCOMP) return this.reason(type);
        this.properties(type);
        return this.list(type);
    }
  }
  private connect(): void {
    this.text();
    this.take("byte", 1);
    const flags = this.bytes[this.at] ?? 0;
    this.take("byte", 1);
    this.take("u16", 2);
    this.properties(PacketType.CONNECT);
    this.text();
    if ((flags & 4) !== 0) {
      this.properties(WILL);
      this.text();
      this.text();
    }
    if ((flags & 0x80) !== 0 && this.left > 0) this.text();
    if ((flags & 0x40) !== 0 && this.left > 0) this.text();
  }
  private reason(type: number): void {
    if (this.left > 0) this.take("byte", 1);
    if (this.left > 0) this.properties(type);
  }
  /** The payload of SUBSCRIBE, UNSUBSCRIBE and their answers. */
  private list(type: number): void {
    const texts = type === PacketType.SUBSCRIBE || type === PacketType.UNSUBSCRIBE;
    while (this.left > 0) {
      if (texts) this.text();
      if (type !== PacketType.UNSUBSCRIBE) this.take("byte", 1);
    }
  }
  private properties(place: number): void {
    if (this.version !== 5 || this.left === 0) return;
    const at = this.at;
    const length = this.varint();
    const from = this.at;
    const to = Math.min(from + length, this.bytes.length);
    this.lists.push({ at, from, to });
    while (this.at < to) {
      const start = this.at;
      const definition = definitionOf(place, this.bytes[this.at++] ?? 0);
      if (definition === undefined) break;
      this.value(definition.kind);
      this.add("property", start, this.at - start);
    }
    this.at = to;
  }
  private value(kind: string): void {
    if (kind === "bit" || kind === "flag") this.take("byte", 1);
    else if (kind === "u16") this.take("u16", 2);
    else if (kind === "u32") this.take("rest", 4);
    else if (kind === "varint" || kind === "varints") this.varint();
    else this.text();
    if (kind === "pairs") this.text();
  }
}
