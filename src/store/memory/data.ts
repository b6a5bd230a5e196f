import type { CommitBatch, Committed, LogRecord, Opened, Seq, StoredConsumer, StoreOp, StoreStats } from "../ports.ts";
import { RecordReader, rowsOf } from "../record.ts";
import { createRetained, readRetained } from "../retained.ts";
import { SeriesTaken } from "../taken.ts";
import { MemoryAlerts } from "./alerts.ts";
import { MemoryDeviceLog } from "./device-log.ts";
import { MemoryInbound } from "./inbound.ts";
import { MemoryJournals } from "./journal.ts";
import { MemorySeries } from "./series.ts";
import { MemorySessions } from "./sessions.ts";

/** What a store in memory holds: the place that outlives a store which is closed, or breaks off. */
export class MemoryData {
  nextSeq = 1;
  /** Oldest first. */
  log: LogRecord[] = [];
  readonly series = new MemorySeries();
  readonly sessions = new MemorySessions();
  readonly deviceLog = new MemoryDeviceLog();
  readonly inbound = new MemoryInbound();
  readonly consumers = new Map<string, StoredConsumer>();
  readonly alerts = new MemoryAlerts();
  readonly journals = new MemoryJournals();
  /** Packed, by workspace and topic. */
  readonly retained = new Map<string, Uint8Array>();

  /** What a start is told at once. */
  opened(): Opened {
    const { nextSeq, series, deviceLog } = this;
    const states = series.states();
    const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);
    const highest = { device: most(states.map((s) => s.device)), field: most(states.map((s) => s.field)) };
    return { nextSeq, seenFloor: deviceLog.seenFloor, settled: [...series.settled], highest };
  }
  bytesAfter(after: Seq): number {
    const later = this.log.filter(({ body, firstSeq }) => firstSeq + rowsOf(body) - 1 > after);
    return later.reduce((sum, { body }) => sum + body.length, 0);
  }
  stats(): StoreStats {
    const { log, series } = this;
    const logRows = log.reduce((sum, { body }) => sum + rowsOf(body), 0);
    const logBytes = log.reduce((sum, { body }) => sum + body.length, 0);
    return { logRows, logBytes, headBytes: 0, blocks: 0, rollups: series.rollups, fileBytes: logBytes, freeBytes: 0 };
  }

  /** All of a commit: operations first, for its rows may be of a series that they put. @param node that commits it @throws SeriesTaken */
  apply({ blob, count, ops }: CommitBatch, node = 0): Committed {
    this.checkPuts(ops);
    for (const op of ops) this.operation(op, node);
    const firstSeq = this.nextSeq;
    if (blob === null) return { firstSeq };
    this.nextSeq += count;
    const record = { firstSeq, body: blob };
    this.log.push(record);
    const reader = new RecordReader(blob, firstSeq);
    while (reader.next()) this.row(reader);
    return { firstSeq };
  }
  private checkPuts(ops: readonly StoreOp[]): void {
    const taken: [number, number][] = [];
    for (const op of ops) {
      if (op.op !== "series_put") continue;
      const other = this.series.states().find(({ device, field }) => device === op.device && field === op.field);
      if (other !== undefined && other.id !== op.id) taken.push([op.id, other.id]);
    }
    if (taken.length > 0) throw new SeriesTaken(taken);
  }
  protected row(reader: RecordReader): void {
    if (reader.isMeasurement) this.series.put(reader);
  }
  private operation(op: StoreOp, node: number): void {
    switch (op.op) {
      case "trim":
        this.log = this.log.filter(({ firstSeq, body }) => firstSeq + rowsOf(body) - 1 > op.upTo);
        this.series.trim(op.upTo);
        return;
      case "node_up":
        return void this.sessions.live.add(op.node);
      case "series_put":
      case "series_delete":
      case "points_delete":
      case "retain":
        return this.series.apply(op);
      case "session_put":
      case "session_delete":
      case "subscription_put":
      case "subscription_delete":
      case "checkpoint":
      case "chunk_put":
      case "chunk_delete":
      case "session_owner":
      case "sessions_adopt":
        return this.sessions.apply(op, node);
      case "retained":
        return this.retain(op.changes);
      case "consumer_put":
        return void this.consumers.set(op.consumer.name, { ...op.consumer });
      case "consumer_delete":
        return void this.consumers.delete(op.name);
      case "arrivals_put":
      case "passes_put":
      case "passes_drop":
      case "suggestions_put":
      case "suggestions_delete":
        return this.inbound.apply(op);
      case "alerts_put":
      case "alerts_trim":
      case "alerts_forget":
      case "tasks_put":
      case "tasks_delete":
        return this.alerts.apply(op);
      case "journal_put":
      case "journal_delete":
      case "journal_trim":
      case "journal_forget":
        return this.journals.apply(op);
      default:
        return this.deviceLog.apply(op);
    }
  }
  private retain(changes: Uint8Array): void {
    const r = createRetained();
    for (let at = 0; at < changes.length && readRetained(changes, at, r); at = r.next) {
      const key = `${r.workspace} ${Buffer.from(changes.subarray(r.topicStart, r.topicEnd))}`;
      if (!r.removed) this.retained.set(key, changes.slice(at, r.next));
      // what has expired goes, what came in its place stays
      else if (r.deadline === 0 || this.deadlineOf(key) === r.deadline) this.retained.delete(key);
    }
  }
  private deadlineOf(key: string): number {
    const r = createRetained();
    const packed = this.retained.get(key);
    return packed !== undefined && readRetained(packed, 0, r) ? r.deadline : -1;
  }
}
