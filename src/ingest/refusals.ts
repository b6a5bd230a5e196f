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
  readonly time: Micros;
  /** How many refusals this one stands for. */
  readonly count: number;
}

interface Fold {
  last: ReportedRefusal;
  told: Micros;
  silent: number;
}

const FOLD_MICROS = 1_000_000;
/** Different (principal, topic, code) remembered; beyond it the oldest are forgotten and their next one told at once. */
const MOST = 10_000;
/** Bytes of a payload that are shown. */
const SHOWN = 256;
/** Bad rows of a batch that are told; the message has all causes. */
const MOST_ROWS = 20;
const MOST_PENDING = 10_000;
/** UTF-16 units of a topic that are shown; longer ones lead nowhere, and thousands of them are remembered. */
export const MOST_TOPIC = 512;
const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * What becomes of refusals (wire contract section 7): counted each, told folded: the first of a (principal, topic, code)
 * at once, then one a second with their number. Kept for the store until the next commit takes them.
 */
export class Refusals {
  private readonly folds = new Map<string, Fold>();
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
    const fold = this.folds.get(key);
    if (fold) {
      fold.last = r;
      fold.silent++;
      // also where the clock was set back
      if (Math.abs(r.time - fold.told) >= FOLD_MICROS) this.emit(fold, r.time);
      return;
    }
    if (this.folds.size >= MOST) {
      const [oldest] = this.folds.keys();
      if (oldest !== undefined) this.folds.delete(oldest);
    }
    const fresh: Fold = { last: r, told: r.time, silent: 1 };
    this.folds.set(key, fresh);
    this.emit(fresh, r.time);
  }
  /** Tells what was folded for a second or more, and forgets what was quiet. Call it about once a second. */
  tick(now: Micros): void {
    for (const [key, fold] of this.folds) {
      if (Math.abs(now - fold.told) < FOLD_MICROS) continue;
      if (fold.silent > 0) this.emit(fold, now);
      else this.folds.delete(key);
    }
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
      count: silent,
    };
    if (this.pending.length < MOST_PENDING)
      this.pending.push({
        device: told.device,
        principal: told.principal,
        time: told.time,
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

/** The first 256 bytes as text, or as base64 when they are not UTF-8 (a character cut at the end is left out). */
export function excerpt(payload: Uint8Array): { payload: string; base64: boolean } {
  const first = payload.subarray(0, SHOWN);
  for (let cut = 0; cut <= 3 && cut <= first.length; cut++) {
    if (cut > 0 && payload.length <= SHOWN) break;
    try {
      return { payload: strict.decode(first.subarray(0, first.length - cut)), base64: false };
    } catch {
      // not the end of a character here; try one byte earlier
    }
  }
  return { payload: Buffer.from(first).toString("base64"), base64: true };
}
