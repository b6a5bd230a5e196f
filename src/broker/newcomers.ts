/**
 * Connections that have not logged in, and the memory that they may take. When they are too many the oldest of them go:
 * honest clients log in within a moment of connecting, who wants to hold places does not.
 */
export class Newcomers<Connection extends object> {
  private readonly bytes = new Map<Connection, number>();
  private sum = 0;

  /** @param most bytes for all of them */
  constructor(private readonly most: number) {}

  /** One more. Returns those that must go for it, oldest first; mostly none. @param bytes that it may take */
  enter(connection: Connection, bytes: number): readonly Connection[] {
    this.bytes.set(connection, bytes);
    this.sum += bytes;
    if (this.sum <= this.most) return NONE;
    const out: Connection[] = [];
    let over = this.sum - this.most;
    for (const [oldest, its] of this.bytes) {
      if (over <= 0 || oldest === connection) break;
      out.push(oldest);
      over -= its;
    }
    return out;
  }
  /** It has logged in, or is gone. */
  leave(connection: Connection): void {
    const bytes = this.bytes.get(connection);
    if (bytes === undefined) return;
    this.bytes.delete(connection);
    this.sum -= bytes;
  }
}

const NONE: readonly never[] = [];
