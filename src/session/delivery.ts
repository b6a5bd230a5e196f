/**
 * One message on its way into queues. A record is reused for message after message: whoever takes one copies what it keeps.
 * The payload is src[from, to). Of a message on a free topic src[from, to) begins with its v5 properties without expiry,
 * `series` is their length, and `time` the uid of its workspace.
 */
export interface Delivery {
  qos: number;
  /** The RETAIN flag it is to be sent with. */
  retain: boolean;
  /** Its row in the log, which tells topic, time and payload; 0: it has none. */
  seq: number;
  series: number;
  /** Time of the measurement, µs. */
  time: number;
  /** Unix seconds; 0 = none. */
  deadline: number;
  /** Subscription identifiers, at most 255; null: none. */
  ids: readonly number[] | null;
  /** Null: a measurement, whose series tells its topic. */
  topic: Uint8Array | null;
  src: Uint8Array;
  from: number;
  to: number;
}

/** A record for `Delivery`, empty. */
export function createDelivery(): Delivery {
  return {
    qos: 0,
    retain: false,
    seq: 0,
    series: 0,
    time: 0,
    deadline: 0,
    ids: null,
    topic: null,
    src: NOTHING,
    from: 0,
    to: 0,
  };
}
const NOTHING = new Uint8Array(0);
