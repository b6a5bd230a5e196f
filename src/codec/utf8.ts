import { byteAt } from "./bytes.ts";
import { CodecError, malformed, TOPIC_NAME_INVALID } from "./error.ts";

// U+FEFF at the start is a character like any other and must not be skipped. [MQTT-1.5.4-3]
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The smallest legal second byte after the lead byte `lead`: excludes overlong forms. */
function lowestSecond(lead: number): number {
  return lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
}

/** The largest legal second byte after the lead byte `lead`: excludes surrogates and what lies above U+10FFFF. */
function highestSecond(lead: number): number {
  return lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf; // [MQTT-1.5.4-1]
}

/**
 * Whether [start, end) is a UTF-8 string as MQTT wants it (section 1.5.4): well-formed by RFC 3629 (no overlong forms, no
 * surrogates, nothing above U+10FFFF) and, unless `allowNul`, without U+0000. Other control characters are allowed.
 */
export function isUtf8(buf: Uint8Array, start: number, end: number, allowNul = false): boolean {
  let at = start;
  while (at < end) {
    const lead = byteAt(buf, at++);
    if (lead < 0x80) {
      if (lead === 0 && !allowNul) return false; // [MQTT-1.5.4-2]
      continue;
    }
    const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
    if (more === 0 || at + more > end) return false; // [MQTT-1.5.4-1]
    const second = byteAt(buf, at);
    if (second < lowestSecond(lead) || second > highestSecond(lead)) return false; // [MQTT-1.5.4-1]
    for (let i = 1; i < more; i++) {
      if ((byteAt(buf, at + i) & 0xc0) !== 0x80) return false; // [MQTT-1.5.4-1]
    }
    at += more;
  }
  return true;
}

/** The text in [start, end). Throws CodecError 0x81 when it is not a string as section 1.5.4 wants it. */
export function textAt(buf: Uint8Array, start: number, end: number): string {
  if (!isUtf8(buf, start, end)) throw malformed("a string is not well-formed UTF-8 or holds U+0000");
  return decoder.decode(buf.subarray(start, end));
}

/**
 * Checks a topic name in place; empty is allowed, the caller knows whether an alias stands for it.
 * Throws CodecError 0x81 (not a UTF-8 string) or 0x90 (a wildcard in a topic name).
 */
export function checkTopicName(buf: Uint8Array, start: number, end: number): void {
  let careful = false;
  let wildcard = false;
  for (let at = start; at < end; at++) {
    const byte = byteAt(buf, at);
    if (byte >= 0x80 || byte < 0x20) careful = true;
    else if (byte === 0x2b || byte === 0x23) wildcard = true;
  }
  if (careful && !isUtf8(buf, start, end)) throw malformed("the topic name is not a UTF-8 string"); // [MQTT-3.3.2-1]
  if (wildcard) throw new CodecError(TOPIC_NAME_INVALID, "a topic name must not hold the wildcards + or #"); // [MQTT-3.3.2-2]
}

/** Whether `text` holds a wildcard character. */
export function hasWildcard(text: string): boolean {
  return text.includes("+") || text.includes("#");
}
