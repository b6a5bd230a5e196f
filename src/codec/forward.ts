import { u16At } from "./bytes.ts";
import { writeProperties } from "./properties.ts";
import type { PublishView } from "./publish-view.ts";
import { PacketType, type Properties } from "./types.ts";
import { varintAt, varintLength } from "./varint.ts";
import { Writer } from "./writer.ts";

const EXPIRY = 0x02;
const SUBSCRIPTION_ID = 0x0b;
const TOPIC_ALIAS = 0x23;
const USER_PROPERTY = 0x26;

/**
 * Copies the properties of a publish that go on to its subscribers unaltered, in their order: payload format indicator
 * [MQTT-3.3.2-4], content type [MQTT-3.3.2-20], response topic [MQTT-3.3.2-15], correlation data [MQTT-3.3.2-16], user
 * properties [MQTT-3.3.2-17] [MQTT-3.3.2-18]. Not the alias, which is of one connection (section 3.3.2.3.4), nor
 * the expiry, of which time passes. `out` has room for all of them from `at` on; returns where they end.
 */
export function copyForwarded(view: PublishView, buf: Uint8Array, out: Uint8Array, at: number): number {
  const { propsStart, propsEnd } = view;
  if (propsStart === propsEnd) return at;
  if (view.expiry < 0 && view.topicAlias === 0) {
    out.set(buf.subarray(propsStart, propsEnd), at);
    return at + propsEnd - propsStart;
  }
  let to = at;
  for (let from = propsStart; from < propsEnd; ) {
    const id = buf[from] as number; // inside; the view was read from these bytes
    const end = propertyEnd(buf, id, from + 1, propsEnd);
    if (id !== EXPIRY && id !== TOPIC_ALIAS) {
      out.set(buf.subarray(from, end), to);
      to += end - from;
    }
    from = end;
  }
  return to;
}

/** Where the value at `at` of a well-formed property of PUBLISH ends. */
function propertyEnd(buf: Uint8Array, id: number, at: number, end: number): number {
  if (id === 0x01) return at + 1;
  if (id === EXPIRY) return at + 4;
  if (id === SUBSCRIPTION_ID) return at + varintLength(varintAt(buf, at, end));
  if (id === TOPIC_ALIAS) return at + 2;
  const first = at + 2 + u16At(buf, at);
  return id === USER_PROPERTY ? first + 2 + u16At(buf, first) : first;
}

/** The same properties of a will, encoded without their length. */
export function writeForwarded(properties: Properties | undefined): Uint8Array {
  if (properties === undefined) return new Uint8Array(0);
  const { willDelayInterval: _, messageExpiryInterval: _expiry, ...forwarded } = properties;
  const w = new Writer();
  writeProperties(w, PacketType.PUBLISH, forwarded);
  const bytes = w.body();
  return bytes.subarray(varintLength(varintAt(bytes, 0, bytes.length)));
}
