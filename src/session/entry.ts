/** One waiting message, as it lies in a queue; the reader is reused. */
export interface Entry {
  /** Position of the entry. */
  at: number;
  /** Position after it. */
  next: number;
  qos: 0 | 1 | 2;
  /** The RETAIN flag it is to be sent with. */
  retain: boolean;
  /** Not a measurement: `topic` is its own. */
  plain: boolean;
  /** Of a message on a free topic: uid of its workspace; 0: it is none. */
  workspace: number;
  /** Sequence number of the measurement; 0: it has none. */
  seq: number;
  series: number;
  /** Time of the measurement, µs. */
  time: number;
  /** Unix seconds; 0 = none. */
  deadline: number;
  readonly subscriptionIds: number[];
  /** In `buf`. A free message's v5 properties, without expiry, are buf[topicEnd, payloadStart). */
  topicStart: number;
  topicEnd: number;
  payloadStart: number;
  payloadEnd: number;
  buf: Uint8Array;
}

export function createEntry(): Entry {
  return {
    at: 0,
    next: 0,
    qos: 0,
    retain: false,
    plain: false,
    workspace: 0,
    seq: 0,
    series: 0,
    time: 0,
    deadline: 0,
    subscriptionIds: [],
    topicStart: 0,
    topicEnd: 0,
    payloadStart: 0,
    payloadEnd: 0,
    buf: new Uint8Array(0),
  };
}
