import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { newParsed, parseJson } from "../measure/index.ts";
import type { Parsed } from "../measure/types.ts";
import type { StoreOp } from "../store/ports.ts";
import { type CommitLine, unavailable } from "./commits.ts";
import { deny, noField } from "./denied.ts";
import { CLOCK_NOT_SET, type PublishRefusal, refused } from "./refused.ts";
import type { Target } from "./target.ts";
import type { ReportedRefusal } from "./types.ts";

/** A row that stands for itself. */
export interface EachRow {
  readonly device: DeviceNode;
  /** In upper case; not known to exist. */
  readonly field: string;
  /** For `parseJson`. */
  readonly value: unknown;
  /** Null: it counts as now. */
  readonly time: Micros | null;
  /** It never becomes the current value; it has a time. */
  readonly isHistory?: boolean;
}
/** Rows that came together, and are stored in one commit as far as they are good. */
interface EachSubmission {
  readonly rows: readonly EachRow[];
  /** What it may not record is refused; null: nobody with an account acts, and whoever hands the rows in has seen to it. */
  readonly principal: Principal | null;
  /** Under which key refused rows are reported. */
  readonly actor: string;
  /** For the report of a refusal: what was sent. */
  readonly payload: Uint8Array;
  /** The first level of the topics that would have said the same: `dtck-pub`. */
  readonly root: string;
  /** Done in the commit of the rows, when any of them is good; when that commit is given up, they are not done. */
  readonly ops: readonly StoreOp[];
}
interface EachAnswer {
  /** By row: null where it is good. */
  readonly refused: readonly (PublishRefusal | null)[];
  /** Resolves when the good ones are durable; at once when there are none. @throws Refusal (rejects) storage_unavailable */
  readonly committed: Promise<void>;
}

interface Needs {
  readonly commits: CommitLine;
  readonly now: () => Micros;
  readonly earliest: Micros;
  target(device: DeviceNode, field: string): Target | null;
  append(target: Target, time: Micros | null, now: Micros, parsed: Parsed, isHistory: boolean): void;
  report(refusal: ReportedRefusal): void;
}

/** The way in for rows that are judged one by one: a bad row is refused, and takes no other with it. */
export class RowByRow {
  constructor(private readonly needs: Needs) {}

  /** @throws Refusal storage_unavailable, clock_not_set: nothing of it was taken */
  submit(submission: EachSubmission): EachAnswer {
    const { commits, earliest } = this.needs;
    const now = this.needs.now();
    if (commits.failing) throw unavailable();
    if (now < earliest) throw new Refusal("clock_not_set", CLOCK_NOT_SET);
    const { rows, ops, principal } = submission;
    const answers: (PublishRefusal | null)[] = Array.from({ length: rows.length }, () => null);
    // a device's current value is the newest of them, in whatever order they stand
    const order = [...rows.keys()].sort((a, b) => (rows[a]?.time ?? now) - (rows[b]?.time ?? now));
    let good = 0;
    for (const i of order) {
      const row = rows[i];
      if (row === undefined) continue;
      const answer = this.take(row, principal, now);
      answers[i] = answer;
      if (answer === null) good++;
      else this.tell(submission, row, answer, now);
    }
    if (good === 0) return { refused: answers, committed: Promise.resolve() };
    for (const op of ops) commits.batch.tie(op);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    commits.wait({ committed: () => resolve(), failed: () => reject(unavailable()) }, good);
    commits.poke();
    return { refused: answers, committed: promise };
  }

  private take({ device, field, value, time, isHistory = false }: EachRow, principal: Principal | null, now: Micros) {
    // it may have gone while a decoder was at work
    if (device.deleted) return refused("unknown_device", "The device was deleted meanwhile.");
    if (principal !== null && !principal.mayRecord(device)) return deny(principal, device);
    const target = this.needs.target(device, field);
    if (target === null) return noField(device, field);
    const parsed = newParsed();
    if (!parseJson(target.type, value, parsed)) return refused(parsed.code, parsed.error, device);
    this.needs.append(target, time, now, parsed, isHistory && time !== null);
    return null;
  }

  private tell(
    { actor, payload, root }: EachSubmission,
    row: EachRow,
    { code, message }: PublishRefusal,
    time: Micros,
  ) {
    const { device, field } = row;
    const topic = `${root}/${device.product.row.slug}/${device.row.id}/${field}`;
    this.needs.report({ principal: { key: actor }, device, code, message, topic, payload, time });
  }
}
