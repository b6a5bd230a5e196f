import type { CommittedRow } from "../feed/row.ts";
import type { Delivery } from "../session/delivery.ts";

/** What of a row says what is queued; all but QoS, RETAIN and identifiers, which each receiver has of its own. */
type Content = Pick<CommittedRow, "seq" | "deadline" | "buf" | "payloadAt" | "payloadEnd">;
type Measured = Content & Pick<CommittedRow, "series" | "time">;
/** A message on a free topic, on its way out: a row, or what was retained. `seq` 0: it has no row. */
export type Message = Content & Pick<CommittedRow, "workspace" | "topic" | "propsAt">;

/** Enters a published measurement into a record for queues. */
export function fillMeasurement(d: Delivery, row: Measured): void {
  d.seq = row.seq;
  d.series = row.series;
  d.time = row.time;
  d.deadline = row.deadline;
  d.topic = null;
  d.src = row.buf;
  d.from = row.payloadAt;
  d.to = row.payloadEnd;
}
/** The same for a message on a free topic. */
export function fillMessage(d: Delivery, m: Message): void {
  d.seq = m.seq;
  d.series = m.payloadAt - m.propsAt;
  d.time = m.workspace;
  d.deadline = m.deadline;
  d.topic = m.topic;
  d.src = m.buf;
  d.from = m.propsAt;
  d.to = m.payloadEnd;
}
