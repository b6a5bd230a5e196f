import { fillMeasurement, fillMessage } from "../fanout/delivery.ts";
import { targetFor } from "../fanout/free-routes.ts";
import type { Keeper } from "../fanout/keeper.ts";
import { LogReplay } from "../fanout/log-replay.ts";
import type { Span } from "../fanout/span.ts";
import type { Routes } from "../fanout/routes.ts";
import { LogRows } from "../feed/log-rows.ts";
import { createDelivery } from "../session/delivery.ts";
import type { LogRecord, Seq } from "../store/ports.ts";
import { Kind, type RecordReader } from "../store/record.ts";
import type { BrokerContext } from "./context.ts";
import type { Floors, Hearer, Hearers, Known, Restored, TopicHearers } from "./hearers.ts";

/** Topics whose hearers are remembered; then they are looked for anew. */
const MOST_TOPICS = 100_000;
const NEVER = Number.POSITIVE_INFINITY;
const EVERYTHING: Known = { floor: NEVER, from: 0, to: 0 };
function isKnown({ floor, from, to }: Known, seq: Seq): boolean {
  return seq <= floor || (seq >= from && seq <= to);
}
const text = new TextDecoder();
/**
 * The log rows behind the sessions' floors, at a start: what was published is queued once more for those who get it, and what
 * the sessions did since is done. Rights and subscriptions stand still meanwhile, so who gets a
 * series or a topic is looked for once, and again only where a subscription began in the midst of the log.
 */
export class Replay {
  private readonly bySeries: (Hearers | null | undefined)[] = [];
  private byTopic = new Map<string, TopicHearers>();
  private readonly delivery = createDelivery();
  private readonly sessions = new LogReplay();
  private readonly rows: LogRows;
  /** The last row that was replayed. */
  private done: Seq = 0;

  constructor(
    private readonly context: BrokerContext,
    private readonly restored: ReadonlyMap<number, Restored>,
    private readonly floors: Floors,
    private readonly routes: Pick<Routes, "merge" | "sharesOfSeries" | "free"> = context.hub.routes,
  ) {
    this.rows = new LogRows(context.series);
  }

  /** Replays a record, up to a row; records come in their order. @throws RangeError when it is damaged */
  record(record: LogRecord, upTo: Seq = NEVER): void {
    const { reader } = this.rows.openRecord(record);
    while (reader.next() && reader.seq <= upTo) {
      if (reader.seq <= this.done) continue;
      this.done = reader.seq;
      if (reader.isMeasurement) this.measurement();
      else if (reader.isMessage) this.message();
      else if (reader.kind === Kind.Taken) this.take(reader);
      else this.operation(reader);
    }
  }

  // what was published

  private measurement(): void {
    const { rows } = this;
    if (!rows.isPublished) return;
    const { seq, series } = rows;
    let hearers = this.bySeries[series];
    if (hearers === undefined || (hearers !== null && seq > hearers.until)) {
      hearers = this.hearersOf(series, seq);
      this.bySeries[series] = hearers;
    }
    if (hearers === null || seq <= hearers.from) return;
    const { outlets, groups } = hearers;
    const d = this.delivery;
    fillMeasurement(d, rows);
    for (let i = 0; i < outlets.length; i++) {
      const { outlet, qos, retain, ids, known } = outlets[i] as Hearer; // inside
      if (isKnown(known, seq)) continue;
      d.qos = qos;
      d.retain = retain;
      d.ids = ids;
      outlet.enqueue(d);
    }
    d.qos = 2;
    d.ids = null;
    for (const { group, retain, known } of groups) {
      if (!group.queues || isKnown(known, seq)) continue;
      d.retain = retain;
      group.enqueue(d);
    }
  }
  /** Who queues the row of a series, and those behind it; null: nobody ever. */
  private hearersOf(id: number, seq: Seq): Hearers | null {
    const { series } = this.context;
    const device = series.device(id);
    const field = series.field(id);
    if (!device || !field) return null;
    const { routes } = this;
    const span: Span = { until: NEVER };
    const outlets: Hearer[] = [];
    for (const { outlet, qos, retain, ids } of routes.merge(device, field, seq, span).values())
      if (qos > 0) outlets.push({ outlet, qos, retain, ids, known: this.knownOf(outlet) });
    const groups = routes
      .sharesOfSeries(device, field)
      .map(({ group, retain }) => ({ group, retain, known: this.knownOf(group) }));
    let from = NEVER;
    for (const { known } of [...outlets, ...groups]) from = Math.min(from, known.floor);
    return { outlets, groups, from, until: span.until };
  }
  private knownOf(keeper: Keeper): Known {
    return this.floors.rows.get(keeper) ?? EVERYTHING;
  }

  /** The same for a message on a free topic. */
  private message(): void {
    const { rows, delivery: d } = this;
    const { seq, qos, retain, workspace, topic } = rows;
    if (qos === 0) return;
    const hearers = this.hearersOfTopic(workspace, text.decode(topic), seq);
    const sender = this.restored.get(rows.session)?.session.outlet ?? null;
    fillMessage(d, rows);
    for (const one of hearers.targets) {
      const target = targetFor(one, sender);
      const level = Math.min(qos, target?.qos ?? 0);
      if (target === null || level === 0 || isKnown(this.knownOf(target.outlet), seq)) continue;
      d.qos = level;
      d.retain = retain && target.retainAsPublished;
      d.ids = target.ids;
      target.outlet.enqueue(d);
    }
    d.qos = qos;
    d.retain = retain;
    d.ids = null;
    for (const { group, known } of hearers.groups) if (group.queues && !isKnown(known, seq)) group.enqueue(d);
  }
  private hearersOfTopic(workspace: number, name: string, seq: Seq): TopicHearers {
    const key = `${workspace}/${name}`;
    const known = this.byTopic.get(key);
    if (known !== undefined && seq <= known.until) return known;
    const { free } = this.routes;
    const levels = name.split("/");
    const span: Span = { until: NEVER };
    const targets = free.make(workspace, name, levels, seq, span);
    const groups = free
      .shares(workspace, name, levels)
      .map((group) => ({ group, retain: false, known: this.knownOf(group) }));
    const hearers: TopicHearers = { targets, groups, until: span.until };
    if (this.byTopic.size >= MOST_TOPICS) this.byTopic = new Map();
    this.byTopic.set(key, hearers);
    return hearers;
  }

  // what sessions did

  private operation(reader: RecordReader): void {
    const one = this.restored.get(reader.id);
    if (!one && reader.kind === Kind.Passed) this.overflow(reader);
    if (!one || reader.seq <= one.floor) return;
    const { session } = one;
    const { outlet } = session;
    switch (reader.kind) {
      case Kind.In2Received:
        session.received.add(reader.a);
        break;
      case Kind.In2Released:
        session.received.delete(reader.a);
        break;
      case Kind.OutAssigned:
        this.sessions.assigned(outlet, reader.a, reader.b);
        break;
      case Kind.Passed:
        this.sessions.passed(outlet, reader.a, reader.b);
        break;
      case Kind.OutReceived:
        this.sessions.received(outlet, reader.a);
        break;
      case Kind.OutDone:
        this.sessions.done(outlet, reader.a);
        break;
      case Kind.Acked:
        this.sessions.acked(outlet, reader.a);
        break;
    }
  }
  /** The queue of a shared subscription overflowed. */
  private overflow({ id, a, b, seq }: RecordReader): void {
    const group = this.context.hub.shares.stored(id);
    if (group && seq > (this.floors.groups.get(group) ?? NEVER)) group.replayPassed(b, a);
  }
  /** A message went from a shared subscription to a session. */
  private take({ taken, seq }: RecordReader): void {
    const { shares } = this.context.hub;
    const group = shares.stored(taken.group);
    if (group && seq > (this.floors.groups.get(group) ?? NEVER)) group.replayTaken(taken.seq, taken.groupTakes);
    const { session, floor = NEVER } = this.restored.get(taken.session) ?? {};
    if (session && seq > floor) this.sessions.taken(session.outlet, taken, shares.partOf(taken.group));
  }
}
