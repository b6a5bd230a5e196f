/**
 * Retained messages as they are packed in memory, in the commit's operation and in the file:
 *   u32 length of all | u32 workspace | u32 deadline | u32 properties' length | u32 publisher's length |
 *   u16 topic's length | u8 QoS, REMOVED | topic | publisher | properties | payload
 * Little endian. One that removes what its topic had bears no properties and no payload.
 */
const HEAD = 23;
const REMOVED = 4;

/** A retained message; the reader is reused. */
export interface Retained {
  /** Where the next one begins. */
  next: number;
  removed: boolean;
  workspace: number;
  /** Unix seconds; 0 = none. */
  deadline: number;
  qos: 0 | 1 | 2;
  /** Offsets in the bytes that were read; each part begins where the one before it ends. */
  topicStart: number;
  topicEnd: number;
  /** `<principal>\0<client identifier>` of who published it, UTF-8. */
  publisherEnd: number;
  propsEnd: number;
  /** … and the payload ends at `next`. */
}

export function createRetained(): Retained {
  return {
    next: 0,
    removed: false,
    workspace: 0,
    deadline: 0,
    qos: 0,
    topicStart: 0,
    topicEnd: 0,
    publisherEnd: 0,
    propsEnd: 0,
  };
}

/** Bytes of a packed message. */
export function retainedBytes(topic: number, publisher: number, props: number, payload: number): number {
  return HEAD + topic + publisher + props + payload;
}

/** Packs a message into buf[at, at + retainedBytes(…)); src[from, payloadFrom) are its properties, up to `to` its payload. */
export function writeRetained(
  buf: Uint8Array,
  at: number,
  workspace: number,
  deadline: number,
  qos: number,
  topic: Uint8Array,
  publisher: Uint8Array,
  src: Uint8Array,
  from: number,
  payloadFrom: number,
  to: number,
): void {
  putU32(buf, at, HEAD + topic.length + publisher.length + to - from);
  putU32(buf, at + 4, workspace);
  putU32(buf, at + 8, deadline);
  putU32(buf, at + 12, payloadFrom - from);
  putU32(buf, at + 16, publisher.length);
  buf[at + 20] = topic.length & 0xff;
  buf[at + 21] = topic.length >> 8;
  buf[at + 22] = qos;
  let end = at + HEAD;
  buf.set(topic, end);
  end += topic.length;
  buf.set(publisher, end);
  end += publisher.length;
  buf.set(src.subarray(from, to), end);
}
/**
 * Packs that a topic has no retained message any more; takes retainedBytes(topic.length, 0, 0, 0). `expired`: only one
 * with this deadline goes, a newer one may be on its way; 0: any.
 */
export function writeRemoval(buf: Uint8Array, at: number, workspace: number, topic: Uint8Array, expired: number): void {
  writeRetained(buf, at, workspace, expired, REMOVED, topic, NOTHING, NOTHING, 0, 0, 0);
}
const NOTHING = new Uint8Array(0);

// byte by byte: a million messages are read one by one, and a DataView for each costs more than all the rest
function putU32(buf: Uint8Array, at: number, value: number): void {
  buf[at] = value & 0xff;
  buf[at + 1] = (value >>> 8) & 0xff;
  buf[at + 2] = (value >>> 16) & 0xff;
  buf[at + 3] = value >>> 24;
}
function u32(buf: Uint8Array, at: number): number {
  const low = (buf[at] as number) | ((buf[at + 1] as number) << 8); // inside, all of these
  return (low | ((buf[at + 2] as number) << 16) | ((buf[at + 3] as number) << 24)) >>> 0;
}

/** Reads the message at an offset; false when the bytes are not long enough for it. */
export function readRetained(buf: Uint8Array, at: number, out: Retained): boolean {
  if (at + HEAD > buf.length) return false;
  out.next = at + u32(buf, at);
  out.workspace = u32(buf, at + 4);
  out.deadline = u32(buf, at + 8);
  const bits = buf[at + 22] as number; // inside
  out.qos = (bits & 3) as 0 | 1 | 2; // writeRetained wrote it
  out.removed = (bits & REMOVED) !== 0;
  out.topicStart = at + HEAD;
  out.topicEnd = out.topicStart + ((buf[at + 20] as number) | ((buf[at + 21] as number) << 8));
  out.publisherEnd = out.topicEnd + u32(buf, at + 16);
  out.propsEnd = out.publisherEnd + u32(buf, at + 12);
  return out.propsEnd <= out.next && out.next <= buf.length;
}
