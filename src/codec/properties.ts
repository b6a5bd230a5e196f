import { CodecError, malformed, protocolError } from "./error.ts";
import { type Definition, definitionOf, PROPERTIES } from "./property-table.ts";
import type { Reader } from "./reader.ts";
import type { Properties, UserProperty } from "./types.ts";
import { hasWildcard } from "./utf8.ts";
import { Writer } from "./writer.ts";

/** Refuses values that parse but are not allowed: bytes other than 0 and 1, zeros, wildcards in a response topic. */
function checkNumber(definition: Definition, value: number): number {
  const { kind, name, zero } = definition;
  if ((kind === "bit" || kind === "flag") && value > 1) throw protocolError(`${name} must be 0 or 1`);
  if (zero !== undefined && value === 0) throw new CodecError(zero, `${name} must not be zero`);
  return value;
}

function checkTopic(name: string, topic: string): string {
  if (topic === "" || hasWildcard(topic)) throw protocolError(`${name} must be a topic name`); // [MQTT-3.3.2-14]
  return topic;
}

/** Reads one value; repeatable kinds extend what `before` holds. */
function readValue(r: Reader, definition: Definition, before: unknown): unknown {
  switch (definition.kind) {
    case "bit":
      return checkNumber(definition, r.byte());
    case "flag":
      return checkNumber(definition, r.byte()) === 1;
    case "u16":
      return checkNumber(definition, r.u16());
    case "u32":
      return checkNumber(definition, r.u32());
    case "varint":
      return checkNumber(definition, r.varint());
    case "text":
      return r.text();
    case "topic":
      return checkTopic(definition.name, r.text());
    case "binary":
      return r.binary();
    case "varints": {
      const list = (before ?? []) as number[]; // what this case put there for an earlier occurrence
      list.push(checkNumber(definition, r.varint()));
      return list;
    }
    case "pairs": {
      const list = (before ?? []) as UserProperty[]; // what this case put there for an earlier occurrence
      list.push([r.text(), r.text()]); // [MQTT-1.5.7-1]
      return list;
    }
    default:
      return definition.kind satisfies never;
  }
}

/** Reads the properties in all of `r`, without a length before them. See `readProperties`. */
export function readPropertyList(r: Reader, place: number): Properties | undefined {
  if (r.left === 0) return undefined;
  const properties: Record<string, unknown> = {}; // its keys come from our table, never from the client
  while (r.left > 0) {
    const definition = definitionOf(place, r.varint());
    if (definition === undefined) throw malformed("a property is unknown or not allowed in this packet"); // 2.2.2.2
    const before = properties[definition.name];
    if (before !== undefined && definition.kind !== "varints" && definition.kind !== "pairs") {
      throw protocolError(`${definition.name} is given twice`); // 2.2.2.2
    }
    properties[definition.name] = readValue(r, definition, before);
  }
  return properties as Properties; // each value was read by the kind that the table declares for its name
}

/**
 * Reads Property Length and properties (section 2.2.2) of a packet type, or of WILL; undefined when there are none. Throws CodecError
 * 0x81 for what is unknown, not allowed there or cut off, 0x82 for what is given twice or out of range, 0x94 for a topic alias of 0.
 */
export function readProperties(r: Reader, place: number): Properties | undefined {
  return readPropertyList(r.part(r.varint()), place);
}

/** Sets `properties` on a packet, and leaves the member out when there are none. */
export function withProperties<T extends { properties?: object }>(packet: T, properties: Properties | undefined): T {
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function writeValue(w: Writer, definition: Definition, value: never): void {
  const { id, kind, name } = definition;
  if (kind === "varints") {
    for (const n of value as number[]) {
      w.varint(id);
      w.varint(checkNumber(definition, n));
    }
    return;
  }
  if (kind === "pairs") {
    for (const [key, text] of value as UserProperty[]) {
      w.varint(id);
      w.text(key);
      w.text(text);
    }
    return;
  }
  w.varint(id);
  if (kind === "bit") w.byte(checkNumber(definition, value));
  else if (kind === "flag") w.byte(value ? 1 : 0);
  else if (kind === "u16") w.u16(checkNumber(definition, value));
  else if (kind === "u32") w.u32(checkNumber(definition, value));
  else if (kind === "varint") w.varint(checkNumber(definition, value));
  else if (kind === "text") w.text(value);
  else if (kind === "topic") w.text(checkTopic(name, value));
  else if (kind === "binary") w.binary(value);
  else kind satisfies never;
}

/**
 * Writes Property Length and properties; none is a length of zero [MQTT-2.2.2-1]. The order is that of the table, and that of
 * the list for User Properties. Throws CodecError as reading would.
 */
export function writeProperties(w: Writer, place: number, properties: Properties | undefined): void {
  if (properties === undefined) {
    w.byte(0); // [MQTT-2.2.2-1]
    return;
  }
  const list = new Writer();
  let written = 0;
  for (const definition of PROPERTIES) {
    const value = properties[definition.name];
    if (value === undefined || definitionOf(place, definition.id) !== definition) continue;
    writeValue(list, definition, value as never); // the table declares the kind of the value for each name
    written++;
  }
  const given = Object.values(properties).filter((value) => value !== undefined).length;
  if (written !== given) throw malformed("a property is unknown or not allowed in this packet");
  list.appendTo(w);
}

/** Whether writing `properties` would write nothing, so that short forms of packets are possible. */
export function isEmpty(properties: Properties | undefined): boolean {
  if (properties === undefined) return true;
  return Object.values(properties).every(
    (value) => value === undefined || (Array.isArray(value) && value.length === 0),
  );
}
