import type { BadRow, ErrorCode } from "../base/errors.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Micros } from "../base/types.ts";
import type { StoredRefusal } from "../store/ports.ts";
import type { ReportedRefusal } from "./types.ts";

/** A refusal as it is told: folded, with the first bytes of the payload. */
export interface ToldRefusal {
  readonly principal: string;
  readonly device: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly topic: string;
  readonly payload: string;
  readonly base64: boolean;
  readonly row: number | null;
  /** Of a batch: its bad rows, the first of them. */
  readonly rows: readonly BadRow[];
  /** Of the last one that this stands for. */
  readonly time: Micros;
  /** … and of the first. */
  readonly first: Micros;
  /** How many refusals this one stands for. */
  readonly count: number;
}

/** Refusals with one cause: the same account, topic, code and words. */
interface Fold {
  last: ReportedRefusal;
  /** When the first of those that were not told yet was. */
  first: Micros;
  told: Micros;
  silent: number;
}

const FOLD_MICROS = 1_000_000;
/** Different (principal, topic, code) remembered; beyond it the oldest are forgotten and their next one told at once. */
const MOST = 10_000;
/** Different causes of one of them at a time; what comes beyond is told as the last of them, or a flood of junk would be told one by one. */
const MOST_CAUSES = 8;
/** Where causes beyond the most are folded: no message is empty. */
const OTHERS = "";
/** Bytes of a payload that are shown. */
const SHOWN = 256;
/** Bad rows of a batch that are told; the message has all causes. */
const MOST_ROWS = 20;
const MOST_PENDING = 10_000;
/** UTF-16 units of a topic that are shown; longer ones lead nowhere, and thousands of them are remembered. */
export const MOST_TOPIC = 512;
const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * What becomes of refusals (wire contract section 7): counted each, told folded: the first of a cause (principal, topic,
 * code and words, which quote the payload) at once, then one a second with their number, first and last time. Kept for
 * the store until the next commit takes them.
 */
export class Refusals {
  /** By (principal, topic, code), then by their words. */
  private readonly folds = new Map<string, Map<string, Fold>>();
  private pending: StoredRefusal[] = [];

  constructor(
    private readonly metrics: Metrics,
    private readonly tell: (refusal: ToldRefusal) => void,
  ) {}

  report(given: ReportedRefusal): void {
    const { topic } = given;
    const r = topic.length <= MOST_TOPIC ? given : { ...given, topic: `${topic.slice(0, MOST_TOPIC).toWellFormed()}…` };
    this.metrics.refused(r.code);
    const key = `${r.principal.key} ${r.code} ${r.topic}`;
    let causes = this.folds.get(key);
    if (causes === undefined) {
      if (this.folds.size >= MOST) {
        const [oldest] = this.folds.keys();
        if (oldest !== undefined) this.folds.delete(oldest);
      }
      causes = new Map();
      this.folds.set(key, causes);
    }
    const cause = causes.size >= MOST_CAUSES && !causes.has(r.message) ? OTHERS : r.message;
    const fold = causes.get(cause);
    if (fold) {
      if (fold.silent === 0) fold.first = r.time;
      fold.last = r;
      fold.silent++;
      if (Math.abs(r.time - fold.told) >= FOLD_MICROS) this.emit(fold, r.time);
      return;
    }
    const fresh: Fold = { last: r, first: r.time, told: r.time, silent: 1 };
    causes.set(cause, fresh);
    this.emit(fresh, r.time);
  }
  /** Tells what was folded for a second or more, in the order in which it came, and forgets what was quiet. Call it about once a second. */
  tick(now: Micros): void {
    const due: Fold[] = [];
    for (const [key, causes] of this.folds) {
      for (const [cause, fold] of causes) {
        if (Math.abs(now - fold.told) < FOLD_MICROS) continue;
        if (fold.silent > 0) due.push(fold);
        else causes.delete(cause);
      }
      if (causes.size === 0) this.folds.delete(key);
    }
    for (const fold of due.sort((x, y) => x.last.time - y.last.time)) this.emit(fold, now);
  }
  /** Rows for the store since the last call. */
  take(): StoredRefusal[] {
    const rows = this.pending;
    this.pending = [];
    return rows;
  }
  get waiting(): boolean {
    return this.pending.length > 0;
  }

  private emit(fold: Fold, now: Micros): void {
    const { last: r, silent } = fold;
    fold.told = now;
    fold.silent = 0;
    const shown = excerpt(r.payload);
    const told: ToldRefusal = {
      principal: r.principal.key,
      device: r.device?.row.uid ?? 0,
      code: r.code,
      message: r.message,
      topic: r.topic,
      ...shown,
      row: r.row ?? null,
      rows: (r.rows ?? []).slice(0, MOST_ROWS),
      time: r.time,
      first: silent > 1 ? fold.first : r.time,
      count: silent,
    };
    if (this.pending.length < MOST_PENDING)
      this.pending.push({
        device: told.device,
        principal: told.principal,
        time: told.time,
        ...(silent > 1 && { first: told.first }),
        code: told.code,
        message: told.message,
        topic: told.topic,
        payload: told.payload,
        base64: told.base64,
        count: silent,
      });
    this.tell(told);
  }
}

/** The first bytes, 256 unless it is said, as text, or as base64 when they are not UTF-8 (a character cut at the end is left out). */
export function excerpt(payload: Uint8Array, most = SHOWN): { payload: string; base64: boolean } {
  const first = payload.subarray(0, most);
  for (let cut = 0; cut <= 3 && cut <= first.length; cut++) {
    if (cut > 0 && payload.length <= most) break;
    try {
      return { payload: strict.decode(first.subarray(0, first.length - cut)), base64: false };
    } catch {
      // not the end of a character here; try one byte earlier
    }
  }
  return { payload: Buffer.from(first).toString("base64"), base64: true };
}
