import type { Micros } from "../../base/types.ts";
import type { SeenValue } from "../../rules/types.ts";
import type { JournalStore, StoreOp } from "../../store/ports.ts";
import type { RuleLedger } from "./ledger.ts";

/** What changed in a rule for a device, or what became of an action. */
interface RuleLine {
  readonly time: Micros;
  /** uid; null: of no device. */
  readonly device: number | null;
  /** `fired`, `repeated`, `cleared`, `waits`, `waits_no_more`, `loop`, `error`, `action`, `gap`. */
  readonly what: string;
  /** For people; null: it goes without saying. */
  readonly text: string | null;
  readonly values: readonly SeenValue[];
}
/** As it is read, with its number. */
export interface ReadLine extends RuleLine {
  readonly line: number;
}

/** Lines of a rule that are kept; how often what is older is let go of, in lines. */
const KEPT = 200;
const SWEEP = 50;
/** Lines of a rule in one second: what flaps in ten thousand devices would only write. */
const MOST_A_SECOND = 100;

const journalOf = (rule: number): string => `rule:${rule}:log`;

/** The logs of rules: bounded journals, a line in the commit of what it tells of. */
export class RuleLog {
  /** Lines since the start; of this second, and left out of it. */
  private readonly counts = new Map<number, number>();
  private readonly recent = new Map<number, number>();
  /** Rules whose old lines are to go. */
  private readonly long = new Set<number>();
  /** What came before numbers could be given; null: they can. */
  private early: [rule: number, line: RuleLine][] | null = [];

  constructor(
    private readonly ledger: Pick<RuleLedger, "line" | "number">,
    private readonly store: JournalStore,
    private readonly operation: (op: StoreOp) => void,
  ) {}

  /** The numbers of before are read. */
  open(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const one of early) this.note(...one);
  }
  note(rule: number, whole: RuleLine): void {
    if (this.early !== null) return void this.early.push([rule, whole]);
    const { time, ...line } = whole;
    const recent = (this.recent.get(rule) ?? 0) + 1;
    this.recent.set(rule, recent);
    if (recent > MOST_A_SECOND) return;
    const rows = [{ key: this.ledger.number(), time, body: JSON.stringify(line) }];
    this.ledger.line({ op: "journal_put", journal: journalOf(rule), rows });
    const count = (this.counts.get(rule) ?? 0) + 1;
    this.counts.set(rule, count);
    if (count % SWEEP === 1) this.long.add(rule);
  }
  /** About once a second: what was left out is said, old lines go. */
  tick(time: Micros): void {
    for (const [rule, recent] of this.recent) {
      const left = recent - MOST_A_SECOND;
      this.recent.delete(rule);
      if (left > 0)
        this.note(rule, { time, device: null, what: "gap", text: `${left} more lines in one second`, values: [] });
    }
    const [rule] = this.long;
    if (rule !== undefined) {
      this.long.delete(rule);
      void this.trim(rule).catch(() => this.long.add(rule));
    }
  }
  private async trim(rule: number): Promise<void> {
    const journal = journalOf(rule);
    const rows = await this.store.readJournal({ journal, limit: KEPT });
    const oldest = rows.at(-1);
    if (rows.length === KEPT && oldest !== undefined)
      this.operation({ op: "journal_trim", journal, below: oldest.key });
  }
  /** Newest first. @param before the number of a line */
  async read(rule: number, before: number | undefined, limit: number): Promise<ReadLine[]> {
    const rows = await this.store.readJournal({ journal: journalOf(rule), before, limit: Math.min(limit, KEPT) });
    // written by `note`
    return rows.map(({ key, time, body }) => ({ line: key, time, ...(JSON.parse(body) as Omit<RuleLine, "time">) }));
  }
  /** The rule is gone. */
  forget(rule: number): void {
    this.counts.delete(rule);
    this.recent.delete(rule);
    this.long.delete(rule);
    this.operation({ op: "journal_trim", journal: journalOf(rule), below: null });
  }
}
