import type { Principal } from "../auth/principal.ts";
import { type BadRow, Refusal } from "../base/errors.ts";
import { NO_DEVICE_THERE, NO_PRODUCT_THERE } from "../fleet/named.ts";
import type { Micros } from "../base/types.ts";
import type { Directory } from "../fleet/directory.ts";
import { DeviceNode } from "../fleet/nodes.ts";
import {
  newParsed,
  parseJson,
  parseTime,
  parseValue,
  type ReadBatch,
  readBatch,
  refuseRows,
} from "../measure/index.ts";
import type { Parsed } from "../measure/types.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { ROW_CURRENT, type Waiter } from "./batch.ts";
import { EVERY_FLAG, HISTORY } from "./row-flags.ts";
import type { CommitNeeds, CommitOptions } from "./commit-needs.ts";
import { CommitLine, unavailable } from "./commits.ts";
import { deny, missing, type NoField, noField } from "./denied.ts";
import { ComputedRows } from "./computed.ts";
import { RowByRow } from "./each.ts";
import { EventLog } from "./event-log.ts";
import { type MessageLimits, FreeMessages } from "./free-messages.ts";
import { CLOCK_NOT_SET, type PublishRefusal, refused } from "./refused.ts";
import { Rows } from "./rows.ts";
import { type Target, TopicCache, type TopicEntry, targetOf } from "./target.ts";
import type { Recorder, ReportedRefusal, Submission } from "./types.ts";

interface IngestOptions extends CommitOptions {
  readonly maxBatchRows: number;
  /** Of messages on free topics; without, the rooms above bound them. */
  readonly messages?: MessageLimits;
  /** A clock that shows less is not set, and nothing is stamped by it; without, any is taken. */
  readonly earliest?: Micros;
  /** µs that events are kept; without, not at all. */
  readonly keepEvents?: Micros;
}
interface IngestNeeds extends CommitNeeds {
  readonly directory: Directory;
  readonly topics: PlatformTopics;
  readonly options: IngestOptions;
}

/** A publish beyond its topic and payload bytes. */
export interface PublishExtras {
  /** v5 User Property `timestamp`; null: none. */
  readonly timestamp: string | null;
  /** Unix seconds after which nobody is to get it; 0: none. */
  readonly deadline: number;
}
export const NO_EXTRAS: PublishExtras = { timestamp: null, deadline: 0 };

/**
 * The one way in for measurements: rights, field, value, then the batch; nothing else writes measurements. The publish
 * methods return null when the rows are in the accumulating batch, or the refusal.
 */
export class Ingest implements Recorder {
  private readonly parsed: Parsed = newParsed();
  private readonly cache: TopicCache;
  readonly commits: CommitLine;
  readonly eventLog: EventLog; // what came, for those who watch
  /** The way in for what is no measurement. */
  readonly messages: FreeMessages;
  /** The way in for rows that are judged one by one. */
  readonly each: RowByRow;
  /** The way in for values of formulas. */
  readonly computed: ComputedRows;
  private readonly rows: Rows;
  private readonly earliest: Micros;
  constructor(private readonly needs: IngestNeeds) {
    const { directory, clock, metrics } = needs;
    this.cache = new TopicCache(directory);
    this.earliest = needs.options.earliest ?? Number.NEGATIVE_INFINITY;
    this.eventLog = new EventLog(directory, clock, metrics, needs.options.keepEvents ?? 0);
    this.commits = new CommitLine({ ...needs, eventLog: this.eventLog });
    this.rows = new Rows(this.commits, needs.series, needs.order ?? null);
    this.messages = new FreeMessages(this.commits, needs.topics, needs.options.messages ?? UNBOUNDED);
    this.computed = new ComputedRows(this.commits, needs.series, (target, time, now, parsed, flags) =>
      this.rows.append(target, time, 0, now, parsed, NOTHING, flags),
    );
    this.each = new RowByRow({
      commits: this.commits,
      now: () => needs.clock.micros(),
      earliest: this.earliest,
      target: (device, field) => this.target(device, field),
      append: (target, time, now, parsed, isHistory) =>
        this.rows.append(target, time, 0, now, parsed, NOTHING, isHistory ? HISTORY : EVERY_FLAG),
      report: (refusal) => this.report(refusal),
    });
  }

  /** Whether the clock may stamp measurements; otherwise all of them are refused. */
  get isClockSet(): boolean {
    return this.needs.clock.micros() >= this.earliest;
  }

  /** The known target of a topic's bytes, see TopicCache. */
  known(buf: Uint8Array, start: number, end: number): TopicEntry | null {
    return this.cache.find(buf, start, end);
  }

  /** One measurement for a target that was found; the hot path. Rights are checked here. */
  record(
    principal: Principal,
    target: Target,
    buf: Uint8Array,
    from: number,
    to: number,
    now: Micros,
    extras: PublishExtras,
  ): PublishRefusal | null {
    const { device } = target;
    if (!principal.mayRecord(device)) return deny(principal, device);
    if (now < this.earliest) return refused("clock_not_set", CLOCK_NOT_SET, device);
    let time: Micros | null = null;
    if (extras.timestamp !== null) {
      const given = parseTime(extras.timestamp, now);
      if (given && "error" in given) return refused("invalid_timestamp", given.error, device);
      time = given?.time ?? null;
    }
    const p = this.parsed;
    if (!parseValue(target.type, buf, from, to, p)) return refused(p.code, p.error, device);
    this.rows.append(target, time, extras.deadline, now, p, buf, EVERY_FLAG);
    return null;
  }

  /**
   * A publish on any topic: finds what it leads to, checks, appends. `start`/`end`: the topic's bytes, for the cache.
   */
  publish(
    principal: Principal,
    topic: string,
    topicAt: { buf: Uint8Array; start: number; end: number } | null,
    buf: Uint8Array,
    from: number,
    end: number,
    now: Micros,
    extras: PublishExtras,
  ): PublishRefusal | null {
    const to = this.lead(principal, topic);
    if (to instanceof DeviceNode) return this.publishBatch(principal, to, buf.subarray(from, end), now, extras);
    if ("code" in to) return to;
    if (topicAt) this.cache.add(topicAt.buf, topicAt.start, topicAt.end, to);
    return this.record(principal, to, buf, from, end, now, extras);
  }
  /** Why nothing that the account publishes on a topic would be recorded, whatever it bears; null: it would be looked at. */
  whyNotOn(principal: Principal, topic: string): PublishRefusal | null {
    const to = this.lead(principal, topic);
    return !(to instanceof DeviceNode) && "code" in to ? to : null;
  }
  /** What a topic leads to, for an account that may record there: a field, or a device for a batch. */
  private lead(principal: Principal, topic: string): Target | DeviceNode | PublishRefusal {
    const asked = this.needs.topics.parsePublish(topic);
    if (asked.kind === "refused") return refused(asked.code, asked.message);
    if (asked.kind === "product_wide")
      return refused(
        "product_wide_publish",
        "Publishing to all devices of a product is not supported; publish to each device.",
      );
    const device = this.findDevice(principal, asked.product, asked.device);
    if (!(device instanceof DeviceNode) || asked.kind === "batch") return device;
    return this.target(device, asked.field) ?? noField(device, asked.field);
  }

  private findDevice(principal: Principal, slug: string, id: string): DeviceNode | PublishRefusal {
    const product = this.needs.directory.product(slug);
    if (!product || !principal.seesProduct(product)) return refused("unknown_product", NO_PRODUCT_THERE);
    const device = product.device(id);
    if (!device) return refused("unknown_device", NO_DEVICE_THERE);
    return principal.mayRecord(device) ? device : deny(principal, device);
  }
  private target(device: DeviceNode, fieldId: string): Target | null {
    return targetOf(this.needs.series, device, fieldId, false);
  }

  private publishBatch(
    principal: Principal,
    device: DeviceNode,
    payload: Uint8Array,
    now: Micros,
    extras: PublishExtras,
  ): PublishRefusal | null {
    // also where rows bring times: whether they lie ahead cannot be told
    if (now < this.earliest) return refused("clock_not_set", CLOCK_NOT_SET, device);
    try {
      let defaultTime: Micros | null = null;
      if (extras.timestamp !== null) {
        const given = parseTime(extras.timestamp, now);
        if (given && "error" in given) return refused("invalid_timestamp", given.error, device);
        defaultTime = given?.time ?? null;
      }
      const read = readBatch(payload, { maxRows: this.needs.options.maxBatchRows, defaultTime, now });
      this.appendRows(principal, device, read, extras.deadline, now, EVERY_FLAG);
      return null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { code: error.code, message: error.message, device, rows: error.rows ?? null };
    }
  }
  /** All rows or none. @param mask flags that a row may get @throws Refusal naming every bad row */
  private appendRows(
    principal: Principal,
    device: DeviceNode,
    read: ReadBatch,
    deadline: number,
    now: Micros,
    mask: number,
  ): void {
    if (!principal.mayRecord(device)) {
      const { code, message } = deny(principal, device);
      throw new Refusal(code, message);
    }
    const checked: { target: Target; p: Parsed; time: Micros | null }[] = [];
    const targets = new Map<string, Target | NoField>();
    const bad: BadRow[] = [...read.bad];
    for (const row of read.rows) {
      let target = targets.get(row.field);
      if (target === undefined) {
        target = this.target(device, row.field) ?? missing(device, row.field, targets.size < MOST_SUGGESTED);
        targets.set(row.field, target);
      }
      const field = row.field.slice(0, 80);
      if ("code" in target) {
        bad.push({ row: row.index, field, ...target });
        continue;
      }
      const p = newParsed();
      if (!parseJson(target.type, row.value, p)) bad.push({ row: row.index, field, code: p.code, message: p.error });
      else checked.push({ target, p, time: row.time });
    }
    if (bad.length > 0) throw refuseRows(bad, read.count);
    for (const { target, p, time } of checked) this.rows.append(target, time, deadline, now, p, NOTHING, mask);
  }

  // Recorder

  submit(submission: Submission): Promise<number> {
    const now = this.needs.clock.micros();
    if (this.commits.batcher.failing) return Promise.reject(unavailable());
    if (now < this.earliest) return Promise.reject(new Refusal("clock_not_set", CLOCK_NOT_SET));
    const { principal, device, rows } = submission;
    const { batch } = this.commits;
    const from = batch.count;
    try {
      const read = { rows, bad: submission.bad ?? [], count: submission.count ?? rows.length };
      this.appendRows(principal, device, read, 0, now, submission.silent ? ROW_CURRENT : EVERY_FLAG);
    } catch (error) {
      if (error instanceof Refusal) this.reportSubmission(submission, error, now);
      return Promise.reject(error);
    }
    if (this.eventLog.watched) {
      const { topic, payload } = submission;
      const uid = device.row.uid;
      this.eventLog.accepted({ principal, client: null, remote: null, topic, payload, device: uid }, batch, from);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        committed: (rows) => resolve(rows),
        failed: () => reject(unavailable()),
      };
      this.commits.batch.wait(waiter, rows.length);
      this.commits.batcher.poke();
    });
  }
  private reportSubmission(s: Submission, refusal: Refusal, time: Micros): void {
    const { principal, topic, payload } = s;
    const { code, message } = refusal;
    // a device that may not be seen does not get an entry in its log
    const device = principal.mayView(s.device) || principal.mayRecord(s.device) ? s.device : null;
    this.report({ principal, device, code, message, topic, payload, time, ...toldRows(refusal.rows) });
  }
  /** Reports what a publish method refused. */
  reportPublish(principal: Principal, refusal: PublishRefusal, topic: string, payload: Uint8Array, time: Micros): void {
    const { code, message, device, rows } = refusal;
    this.report({ principal, device, code, message, topic, payload, time, ...toldRows(rows) });
  }
  report(refusal: ReportedRefusal): void {
    this.commits.refusals.report(refusal);
    this.commits.batcher.poke();
  }
}

const NOTHING = new Uint8Array(0);
const UNBOUNDED: MessageLimits = {
  maxTopicLevels: Number.POSITIVE_INFINITY,
  maxRetainedMessages: Number.POSITIVE_INFINITY,
  maxRetainedBytes: Number.POSITIVE_INFINITY,
};

/** Fields of one batch for which something near is looked for. */
const MOST_SUGGESTED = 20;

/** Of a refused batch: what a report says of its rows. */
function toldRows(rows: readonly BadRow[] | null | undefined): Pick<ReportedRefusal, "row" | "rows"> {
  const [first] = rows ?? [];
  return first === undefined || !rows ? {} : { row: first.row, rows };
}
