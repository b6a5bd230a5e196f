/** Work goes on for so long, in ms, before sockets are served: what a publish beside it may have to wait. */
const TURN_MS = 0.3;
/** Reading the clock costs more than a small step of most loops. */
const STEPS = 16;

/** Work that waits for its next turn, in the order in which it came. */
const waiting: (() => void)[] = [];

/**
 * Lets everything else that is ready run first. Of all long work one turn is done between two looks at the sockets, however much
 * of it there is: a publish waits for one turn, not for one of each.
 */
export function nextTurn(): Promise<void> {
  return new Promise<void>((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(resume);
  });
}
function resume(): void {
  waiting[0]?.();
  waiting.shift();
  if (waiting.length > 0) setImmediate(resume);
}

/**
 * Long work on the thread that serves sockets, in short turns:
 * `for (…) { step(); if (turns.due) await turns.next(); }`
 */
export class Turns {
  private until: number;
  private steps = 0;

  /** @param now a clock in ms */
  constructor(
    private readonly ms: number = TURN_MS,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.until = now() + ms;
  }
  /** Whether others are to be let in now. Cheap, for the inside of loops. */
  get due(): boolean {
    if (++this.steps < STEPS) return false;
    this.steps = 0;
    return this.now() >= this.until;
  }
  /** The same after a step that takes long by itself. */
  get over(): boolean {
    return this.now() >= this.until;
  }
  /** Lets everything else that is ready run first. */
  async next(): Promise<void> {
    await nextTurn();
    this.until = this.now() + this.ms;
  }
}

/** Work in steps, each short: done in turns. */
export async function inTurns<T>(steps: Generator<void, T>, turns = new Turns()): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (turns.over) await turns.next();
  }
}
/** Something of each, made in turns. */
export async function eachInTurns<T, R>(all: Iterable<T>, make: (one: T) => R): Promise<R[]> {
  const [made, turns]: [R[], Turns] = [[], new Turns()];
  for (const one of all) {
    made.push(make(one));
    if (turns.due) await turns.next();
  }
  return made;
}
/** Work in steps done at once, where nobody waits beside it. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
