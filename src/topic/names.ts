/**
 * Topic names and filters as the standard writes them (MQTT 5.0 section 4.7; the same rules in 3.1.1), and the pairwise
 * matcher that says what a filter means. The trie is the same meaning made fast, and is tested against it.
 */

/** Levels a name or filter may have unless the instance says otherwise (wire contract section 9). */
const MAX_LEVELS = 32;
/** Longest UTF-8 encoded string of the protocol. */
const MAX_BYTES = 65535;
const SHARE = "$share/";
const HASH = 0x23;
const DOLLAR = 0x24;
const PLUS = 0x2b;
const SLASH = 0x2f;

/** The levels of a name or filter: "a//b" has three, the middle one empty. */
export function levels(s: string): string[] {
  return s.split("/");
}

/** What names and filters have in common: length, no NUL, valid Unicode. Says how many levels there are; 0: not allowed. */
function countLevels(s: string): number {
  if (s.length === 0 || s.length > MAX_BYTES) return 0; // [MQTT-4.7.3-1] [MQTT-4.7.3-3]
  let count = 1;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c === 0) return 0; // [MQTT-4.7.3-2]
    if (c === 0x2f) count++;
  }
  if (s.length * 3 > MAX_BYTES && Buffer.byteLength(s) > MAX_BYTES) return 0; // [MQTT-4.7.3-3]
  return s.isWellFormed() ? count : 0; // [MQTT-1.5.4-1]
}

/**
 * May `s` stand in a PUBLISH: 1 to 65,535 bytes, no NUL, no lone surrogate, no wildcard, at most `maxLevels` levels.
 * [MQTT-4.7.0-1] [MQTT-4.7.3-1] [MQTT-4.7.3-2] [MQTT-4.7.3-3]
 */
export function isTopicName(s: string, maxLevels: number = MAX_LEVELS): boolean {
  const count = countLevels(s);
  return count > 0 && count <= maxLevels && !s.includes("+") && !s.includes("#"); // [MQTT-4.7.0-1]
}

/**
 * Is `s` a filter: as a name, but `+` may fill a level and `#` the last one. [MQTT-4.7.1-1] [MQTT-4.7.1-2]
 * A shared subscription is taken apart by `parseShare` first; `$share/…` itself is judged here like any other filter.
 */
export function isFilter(s: string, maxLevels: number = MAX_LEVELS): boolean {
  const count = countLevels(s);
  if (count === 0 || count > maxLevels) return false;
  const last = s.length - 1;
  for (let i = 0; i <= last; i++) {
    const c = s.charCodeAt(i);
    if (c !== 0x23 && c !== 0x2b) continue;
    if (i > 0 && s.charCodeAt(i - 1) !== 0x2f) return false; // [MQTT-4.7.1-1] [MQTT-4.7.1-2]
    if (c === 0x23 && i < last) return false; // [MQTT-4.7.1-1]
    if (c === 0x2b && i < last && s.charCodeAt(i + 1) !== 0x2f) return false; // [MQTT-4.7.1-2]
  }
  return true;
}

/** May `s` be a level of a topic name by itself, and not an empty one. [MQTT-4.7.3-1] [MQTT-4.7.3-2] */
export function isLevel(s: string): boolean {
  return isTopicName(s, 1);
}

/** A subscription's filter with its share name taken off; `share` is null for an ordinary one. */
interface SharedFilter {
  readonly share: string | null;
  readonly filter: string;
}

/**
 * Takes `$share/<name>/<filter>` apart (MQTT 5.0 section 4.8.2) and judges the filter; an ordinary filter comes back
 * as it is. Null: not a valid filter, or a malformed shared one. [MQTT-4.8.2-1] [MQTT-4.8.2-2]
 * @param maxLevels of the filter without `$share/<name>/`
 */
export function parseShare(filter: string, maxLevels: number = MAX_LEVELS): SharedFilter | null {
  if (!filter.startsWith(SHARE)) return isFilter(filter, maxLevels) ? { share: null, filter } : null;
  if (!isFilter(filter, maxLevels + 2)) return null;
  const slash = filter.indexOf("/", SHARE.length);
  if (slash <= SHARE.length) return null; // no name, or nothing after it [MQTT-4.8.2-1] [MQTT-4.8.2-2]
  const share = filter.slice(SHARE.length, slash);
  if (share === "+" || share === "#") return null; // [MQTT-4.8.2-2]
  const inner = filter.slice(slash + 1);
  return isFilter(inner, maxLevels) ? { share, filter: inner } : null;
}

/**
 * Does the filter match the topic? Both must be valid; bytes are compared as they are [MQTT-4.7.3-4]. `#` matches
 * the parent level too; wildcards in front do not match topics that begin with `$` [MQTT-4.7.2-1].
 */
export function matches(filter: string, topic: string): boolean {
  if (topic.charCodeAt(0) === DOLLAR && (filter.charCodeAt(0) === PLUS || filter.charCodeAt(0) === HASH)) return false; // [MQTT-4.7.2-1]
  // level by level, in place: where rights are filters, this is asked for every message
  for (let f = 0, t = 0; ; f++, t++) {
    if (filter.charCodeAt(f) === HASH) return true;
    if (filter.charCodeAt(f) === PLUS) {
      f++;
      while (t < topic.length && topic.charCodeAt(t) !== SLASH) t++;
    }
    while (f < filter.length && filter.charCodeAt(f) !== SLASH && filter.charCodeAt(f) === topic.charCodeAt(t)) {
      f++;
      t++;
    }
    // the end of a level on both sides, or it differs
    if (f === filter.length) return t === topic.length;
    if (filter.charCodeAt(f) !== SLASH) return false;
    if (t === topic.length) return filter.charCodeAt(f + 1) === HASH; // the parent level
    if (topic.charCodeAt(t) !== SLASH) return false;
  }
}
