import { checkMark } from "../data/mark.ts";
import { errorText } from "../../../base/errors.ts";
import { knownType } from "../../../measure/types.ts";
import { createEntry, MessageQueue } from "../../../session/queue.ts";
import { unpackWill } from "../../../session/will.ts";
import { type Owner, ownerOf } from "../../owner.ts";
import { RecordReader } from "../../record.ts";
import { createRetained, readRetained } from "../../retained.ts";
import { decodeBlock, decodeValue } from "../data/block.ts";
import { decodeBuckets } from "../data/rollup.ts";
import { bytes, isWhole } from "./cells.ts";
import { NOTES } from "./notes.ts";
import type { Row } from "./scan.ts";

export { isWhole } from "./cells.ts";

/** Looks at one row of a table of data.db. Null: it is sound; otherwise what is wrong with it. */
type Judge = (row: Row) => string | null;

/** For tables whose rows can be judged one by one. */
export const JUDGES: ReadonlyMap<string, Judge> = new Map([
  ["log", guarded(judgeRecord)],
  ["block", guarded(judgePoints)],
  ["part", guarded(judgePoints)],
  ["rollup", guarded(judgeRollup)],
  ["series", guarded(judgeSeries)],
  ["session", guarded(judgeSession)],
  ["subscription", guarded(judgeSubscription)],
  ["queue_chunk", guarded(judgeChunk)],
  ["queue_body", guarded(judgeBody)],
  ["retained", guarded(judgeRetained)],
  ["retain", guarded(judgeRetain)],
  ...Object.entries(NOTES).map(([table, judge]) => [table, guarded(judge)] as const),
]);

/** What a decoder throws is what is wrong. */
function guarded(judge: Judge): Judge {
  return (row) => {
    try {
      return judge(row);
    } catch (error) {
      return errorText(error);
    }
  };
}

function judgeRecord(row: Row): string | null {
  const reader = new RecordReader(bytes(row.body), Number(row.id));
  if (reader.count !== row.count) return `it has ${reader.count} rows, its row says ${row.count}`;
  checkMark(Number(row.id), reader.buf, row.mark == null ? null : Number(row.mark));
  while (reader.next());
  return null;
}

function judgePoints(row: Row): string | null {
  const { times } = decodeBlock(bytes(row.body));
  if (times.length !== row.n) return `it holds ${times.length} points, its row says ${row.n}`;
  if (times[0] !== row.t0 || times[times.length - 1] !== row.t1) return "its times are not those that its row says";
  for (let i = 1; i < times.length; i++) if ((times[i] ?? 0) <= (times[i - 1] ?? 0)) return "its times do not ascend";
  return null;
}

function judgeRollup(row: Row): string | null {
  const { start } = decodeBuckets(bytes(row.body));
  if (start.length !== row.n) return `it holds ${start.length} buckets, its row says ${row.n}`;
  if (start[0] !== row.t0 || start[start.length - 1] !== row.t1) return "its times are not those that its row says";
  for (let i = 1; i < start.length; i++) if ((start[i] ?? 0) <= (start[i - 1] ?? 0)) return "its times do not ascend";
  return null;
}

function judgeSeries(row: Row): string | null {
  if (knownType(String(row.type)) === undefined) return `its type is "${row.type}"`;
  if (!isWhole(row.device) || !isWhole(row.field) || !isWhole(row.sealed_seq)) return "a number in it is impossible";
  if ((row.cur_time === null) !== (row.cur_value === null)) return "its current value is half there";
  if (row.cur_value !== null) decodeValue(bytes(row.cur_value));
  return null;
}

function judgeSession(row: Row): string | null {
  if (row.version !== 3 && row.version !== 4 && row.version !== 5) return `its MQTT version is ${row.version}`;
  if (!isWhole(row.expiry) || !isWhole(row.floor)) return "a number in it is impossible";
  if (row.will !== null) unpackWill(bytes(row.will));
  if (row.state === null) return null;
  const state = bytes(row.state);
  const length = new DataView(state.buffer, state.byteOffset, state.length).getUint32(0, true);
  const header: unknown = JSON.parse(new TextDecoder().decode(state.subarray(4, 4 + length)));
  if (typeof header !== "object" || header === null || !isStateOf(ownerOf(String(row.principal)), header))
    return "its state is not one";
  entriesOf(state.subarray(4 + length));
  return null;
}

/** A shared subscription's own messages, or a session's deliveries; of an owner that nobody knows (null) either. */
function isStateOf(owner: Owner | null, header: object): boolean {
  return (owner?.kind !== "account" && "takes" in header) || (owner?.kind !== "group" && "slots" in header);
}

function judgeSubscription(row: Row): string | null {
  if (row.qos !== 0 && row.qos !== 1 && row.qos !== 2) return `its QoS is ${row.qos}`;
  return typeof row.filter === "string" && row.filter !== "" ? null : "it has no filter";
}

function judgeChunk(row: Row): string | null {
  if (row.shared !== null && row.shared !== undefined)
    return isWhole(row.shared) && bytes(row.body).length === 0
      ? null
      : "it has a body of its own beside the shared one";
  const count = entriesOf(bytes(row.body));
  return count === row.count ? null : `it holds ${count} messages, its row says ${row.count}`;
}

function judgeBody(row: Row): string | null {
  return entriesOf(bytes(row.body)) > 0 ? null : "it holds no message";
}

function judgeRetained(row: Row): string | null {
  const body = bytes(row.body);
  const message = createRetained();
  if (!readRetained(body, 0, message) || message.next !== body.length) return "its length is wrong";
  const topic = body.subarray(message.topicStart, message.topicEnd);
  const own = message.workspace === row.workspace && Buffer.compare(topic, bytes(row.topic)) === 0;
  return own ? null : "it is the message of another topic";
}

/** Older rows have no rollups; those of series are little-endian numbers of 32 bits. */
function judgeRetain(row: Row): string | null {
  if (bytes(row.series).length % 4 !== 0) return "its list of series is cut off";
  return row.rollups === undefined || Array.isArray(JSON.parse(String(row.rollups))) ? null : "its rollups are no list";
}

/** How many messages a session's packed queue holds. @throws RangeError when it is cut off or its lengths are wrong */
function entriesOf(packed: Uint8Array): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  for (let at = 0; at < packed.length; ) {
    const length = at + 4 <= packed.length ? view.getUint32(at, true) : 0;
    if (length < 32 || at + length > packed.length) throw new RangeError("a message in its queue is cut off");
    at += length;
  }
  const queue = new MessageQueue();
  const count = queue.append(packed);
  const entry = createEntry();
  for (let at = queue.head; queue.read(at, entry); at = entry.next)
    if (entry.payloadStart > entry.payloadEnd) throw new RangeError("a message in its queue has impossible lengths");
  return count;
}
