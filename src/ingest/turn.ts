/** When the rows of a batch have their turn: small, so that who waits for it does not hold the batch. */
export class Turn {
  /** They were published, or given up. */
  isOver = false;
  private followers: (() => void)[] = [];

  /** Calls `fn` when it is over. */
  follow(fn: () => void): void {
    this.followers.push(fn);
  }
  end(): void {
    this.isOver = true;
    for (const fn of this.followers.splice(0)) fn();
  }
}
