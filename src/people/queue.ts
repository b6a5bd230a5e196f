import { Refusal } from "../base/errors.ts";

/** One who waits for a turn. */
export interface Turn {
  /** One sender: an IP address, of IPv6 its /64 network. */
  readonly sender: string;
  /** It has proven something already (a session, a link), or signed in from there before: before all strangers. */
  readonly known: boolean;
}
/** How much may wait. */
interface QueueRules {
  /** Works that run at the same time. */
  readonly atOnce: number;
  readonly mostKnown: number;
  readonly mostStrangers: number;
  readonly mostOfSender: number;
  /** What those are told who find no place, seconds. */
  readonly retry: number;
}

interface Waiting {
  readonly go: () => void;
  readonly refuse: (why: Refusal) => void;
}

/**
 * Turns for work that is dear, such as hashing passwords. Whom we know goes first; strangers go round by sender, so that
 * one who asks a thousand times waits for himself, and a thousand who ask at once leave a place for each other.
 */
export class FairQueue {
  private running = 0;
  private readonly known: Waiting[] = [];
  /** By sender, in the order in which they are served. */
  private readonly strangers = new Map<string, Waiting[]>();
  private strangersWaiting = 0;

  constructor(private readonly rules: QueueRules) {}

  /** Runs `work` when it is its turn. @throws Refusal too_many_attempts when there is no place to wait */
  async run<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
    if (this.running < this.rules.atOnce) this.running++;
    else await this.wait(turn);
    try {
      return await work();
    } finally {
      // whoever ends hands its place over
      const next = this.next();
      if (next === undefined) this.running--;
      else next.go();
    }
  }

  private wait(turn: Turn): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const one: Waiting = { go: resolve, refuse: reject };
    if (turn.known) {
      if (this.known.length >= this.rules.mostKnown) throw this.full();
      this.known.push(one);
    } else this.addStranger(turn.sender, one);
    return promise;
  }
  private addStranger(sender: string, one: Waiting): void {
    const own = this.strangers.get(sender) ?? [];
    if (own.length >= this.rules.mostOfSender) throw this.full();
    if (this.strangersWaiting >= this.rules.mostStrangers && !this.makeRoom(own.length)) throw this.full();
    own.push(one);
    this.strangersWaiting++;
    this.strangers.set(sender, own);
  }
  /** Who has most waiting gives up the last of it for one who has less. */
  private makeRoom(less: number): boolean {
    let [most, count] = ["", less + 1];
    for (const [sender, { length }] of this.strangers) if (length > count) [most, count] = [sender, length];
    const last = this.strangers.get(most)?.pop();
    if (last === undefined) return false;
    this.strangersWaiting--;
    last.refuse(this.full());
    return true;
  }
  private next(): Waiting | undefined {
    const known = this.known.shift();
    if (known !== undefined) return known;
    const [first] = this.strangers;
    if (first === undefined) return undefined;
    const [sender, waiting] = first;
    const one = waiting.shift();
    this.strangersWaiting--;
    // to the end: the others come before its next one
    this.strangers.delete(sender);
    if (waiting.length > 0) this.strangers.set(sender, waiting);
    return one;
  }
  private full(): Refusal {
    const { retry } = this.rules;
    return new Refusal("too_many_attempts", "Too many people sign in at this moment.", undefined, retry);
  }
}
