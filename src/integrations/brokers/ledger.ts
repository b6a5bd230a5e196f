import type { Seq } from "../../store/ports.ts";
import type { Leaving } from "./leaving.ts";

/** Messages, and bytes of them, that are held for one remote; the rest waits in the log. */
const MOST_HELD = 2000;
const MOST_BYTES = 4 * 1024 * 1024;

/** What is under way to one remote, in the order of the log: up to where all of it is over. */
export class Ledger {
  private held: Leaving[] = [];
  private first = 0;
  private bytes = 0;
  /** The last row that was looked at. */
  readTo: Seq = 0;
  /** All rows up to this one are the remote's, or were not for it. */
  handledTo: Seq = 0;

  add(one: Leaving): void {
    this.held.push(one);
    this.bytes += weight(one);
  }
  clear(): void {
    this.held = [];
    this.first = 0;
    this.bytes = 0;
  }
  /** No more is to be read until something is over. */
  get isFull(): boolean {
    return this.held.length - this.first >= MOST_HELD || this.bytes >= MOST_BYTES;
  }
  /** Something may be over. @returns up to where all is, when that is further than before */
  settle(): Seq | null {
    const { held } = this;
    for (let one = held[this.first]; one?.isOver; one = held[this.first]) {
      this.bytes -= weight(one);
      this.first++;
    }
    if (this.first > 1024 || this.first === held.length) {
      held.splice(0, this.first);
      this.first = 0;
    }
    const next = held[this.first];
    const upTo = next === undefined ? this.readTo : next.seq - 1;
    if (upTo <= this.handledTo) return null;
    this.handledTo = upTo;
    return upTo;
  }
}
/** The same before and after a script made it. */
const weight = ({ size }: Leaving): number => size;
