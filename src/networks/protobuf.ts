import { structOf } from "./protobuf-struct.ts";
import { BROKEN, DEEPEST, type Field, fieldsOf, floatOf, textOf } from "./protobuf-wire.ts";
import { Unreadable } from "./values.ts";

/**
 * How a field of a message is read, into what the JSON form of the same message has. A message is a table of its own; `map` holds texts by text;
 * `struct` is a JSON object (google.protobuf.Struct); `time` and `span` are texts as JSON writes them; a list of names is an enumeration.
 */
type Kind =
  | "text"
  | "bytes"
  | "uint"
  | "int"
  | "bool"
  | "float"
  | "double"
  | "time"
  | "map"
  | "struct"
  | readonly string[]
  | Message;
/** Fields by number: name in JSON, kind, and whether there may be several. */
export interface Message {
  readonly [number: number]: readonly [name: string, kind: Kind, repeated?: "repeated"];
}

/**
 * A message as an object of what its JSON form has; fields that the table does not have are passed over, as the format asks.
 * @throws Unreadable the bytes are no message
 */
export function readMessage(bytes: Uint8Array, table: Message, depth = 0): Record<string, unknown> {
  if (depth > DEEPEST) throw new Unreadable(BROKEN);
  const message: Record<string, unknown> = {};
  for (const field of fieldsOf(bytes)) {
    const known = table[field.number];
    if (known === undefined) continue;
    const [name, kind, repeated] = known;
    const value = fieldValue(field, kind, depth);
    if (value === undefined) continue;
    const before = message[name];
    if (repeated !== undefined) message[name] = [...(Array.isArray(before) ? before : []), value];
    else if (kind === "map") message[name] = { ...(before as object | undefined), ...(value as object) };
    else message[name] = value;
  }
  return message;
}

/** undefined: it lies there in another form than the table says, and is passed over. */
function fieldValue({ value, wire }: Field, kind: Kind, depth: number): unknown {
  if (typeof value === "bigint") return numberOf(value, kind);
  if (wire !== 2) return wire === 5 ? floatOf(value, kind === "float") : floatOf(value, kind === "double");
  if (kind === "text") return textOf(value);
  if (kind === "bytes") return Buffer.from(value).toString("base64");
  if (kind === "time") return timeText(value);
  if (kind === "map") return entryOf(value);
  if (kind === "struct") return structOf(value, depth + 1);
  return typeof kind === "object" && !isNames(kind) ? readMessage(value, kind, depth + 1) : undefined;
}

function isNames(kind: Exclude<Kind, string>): kind is readonly string[] {
  return Array.isArray(kind);
}

function numberOf(value: bigint, kind: Kind): unknown {
  if (kind === "bool") return value !== 0n;
  if (kind === "uint") return Number(value);
  if (kind === "int") return Number(BigInt.asIntN(64, value));
  if (typeof kind === "object" && isNames(kind)) return kind[Number(value)] ?? Number(value);
  return undefined;
}

/** google.protobuf.Timestamp as RFC 3339. */
function timeText(bytes: Uint8Array): string | undefined {
  const { seconds = 0, nanos = 0 } = readMessage(bytes, { 1: ["seconds", "int"], 2: ["nanos", "int"] });
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, 19)}.${String(Number(nanos)).padStart(9, "0")}Z`;
}

function entryOf(bytes: Uint8Array): Record<string, unknown> {
  const { key = "", value = "" } = readMessage(bytes, { 1: ["key", "text"], 2: ["value", "text"] });
  return Object.fromEntries([[String(key), value]]);
}
