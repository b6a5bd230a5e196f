/** Work that is done one after the other, in the order in which it was asked for. */
export class InTurn {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything before it is over, well or not. @returns what it returns, or its failure */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    // the next one starts when this one is over; its caller hears of a failure from `mine`
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
