import type { Seq, StoredConsumer } from "../store/ports.ts";

/** How far a consumer is: what it was given, what it has handled, what was left out for it, and what of this is stored. */
export class Place {
  /** Rows up to this one were handed over. */
  position: Seq;
  /** Rows from this one up to the position were left out, and it was not told yet; null: none were. */
  lost: Seq | null;
  /** Rows up to this one are needed no more; what it holds back lies between this and the position. */
  kept: Seq;
  note: string | null;
  /** What it was given last is what was left out, not rows. */
  isTold = false;
  /** It says by itself which rows are handled. */
  isHolding = false;
  /** The last row that was handed over; behind it lies nothing that could be handled. */
  private lastRow: Seq = 0;
  /** Of what it holds back those that were cut off meanwhile: they are lost only if the server ends now. */
  private atRisk: { readonly from: Seq; readonly to: Seq } | null = null;
  /** Rows up to this one it has called handled. */
  private handledTo: Seq = 0;
  private stored: StoredConsumer | null;

  /** @param stored what the store has of it; null: it is new */
  constructor(
    private readonly name: string,
    start: Seq,
    stored: StoredConsumer | null,
  ) {
    this.stored = stored;
    this.position = stored?.position ?? start;
    this.kept = this.position;
    this.lost = stored?.lost ?? null;
    this.note = stored?.note ?? null;
  }

  /** What is to be stored; null: the store has it. */
  news(): StoredConsumer | null {
    const { name, kept: position, note, stored } = this;
    const lost = this.atRisk?.from ?? this.lost;
    if (stored !== null && stored.position === position && stored.lost === lost && stored.note === note) return null;
    this.stored = { name, position, lost, note };
    return this.stored;
  }
  /** What it has counts as not handled. */
  back(): void {
    this.position = this.kept;
    this.lost = this.atRisk?.from ?? this.lost;
    this.atRisk = null;
    this.lastRow = 0;
  }
  /** Its last row is this one, of what it is being given. Returns the same. */
  gave(lastRow: Seq): Seq {
    this.lastRow = lastRow;
    return lastRow;
  }
  /** There was nothing to hand over up to here. */
  passed(upTo: Seq): void {
    if (this.kept === this.position || this.isAllHandled) this.kept = upTo;
    this.position = upTo;
  }
  /** What it was given last is done with, up to here. */
  settled(upTo: Seq): void {
    // what it had is not lost; of what was cut off meanwhile the rest is
    if (this.lost !== null && this.isHolding && !this.isTold && this.handledTo < upTo)
      this.risk(this.lost, Math.min(upTo, this.kept));
    if (this.lost === null) this.position = upTo;
    else if (upTo < this.position) this.lost = upTo + 1;
    else {
      this.lost = null;
      this.position = upTo;
    }
    this.advance();
  }
  /** It has handled all up to here. */
  handled(upTo: Seq): void {
    this.handledTo = Math.max(this.handledTo, upTo);
    if (this.atRisk !== null && this.handledTo >= this.atRisk.to) this.atRisk = null;
    this.advance();
  }
  /** Of one that says by itself what is handled: nothing that it was given is left. */
  private get isAllHandled(): boolean {
    return this.isHolding && this.lastRow > 0 && this.handledTo >= this.lastRow;
  }
  private advance(): void {
    const isPast = !this.isHolding || this.isAllHandled;
    this.kept = Math.max(this.kept, isPast ? this.position : Math.min(this.handledTo, this.position));
  }
  /** Rows up to this one are left out. What it holds back of them it has. Returns whether it must read on elsewhere. */
  cut(to: Seq): boolean {
    if (this.kept < this.position) this.risk(this.kept + 1, Math.min(to, this.position));
    this.kept = to;
    if (to <= this.position) return false;
    this.lost ??= this.position + 1;
    this.position = to;
    return true;
  }
  private risk(from: Seq, to: Seq): void {
    this.atRisk = { from: this.atRisk?.from ?? from, to };
  }
}
