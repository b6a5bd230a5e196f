import { type MessagePort as NodePort, receiveMessageOnPort } from "node:worker_threads";
import type { Cell, Sql } from "../../sqlite/data/sql.ts";
import { type Asked, GONE, type Replied, type Told, WAITING } from "./bridge-messages.ts";
import { Ahead } from "./ahead.ts";
import { merged } from "./merge.ts";
import { Names, named } from "./named.ts";
import { SyncError } from "./sync-error.ts";

/** Rows of a piece of what is read piece by piece. */
const PIECE = 64;
/** ms between two looks at a bridge that does not answer. */
const LOOK_MS = 1000;

/** Something that was written: how many rows it changed is known when it was sent. */
interface Written {
  readonly statement: Asked[number];
  changes: number | null;
}

/**
 * PostgreSQL for code that waits for its answers in place, as bun:sqlite makes it do: the thread sleeps while a bridge asks. Only for threads
 * of which nobody waits for their turn. What is written goes with the next question, and at the latest with COMMIT.
 */
export class SyncSql implements Sql {
  private readonly turn: Int32Array;
  private readonly names = new Names();
  private written: Written[] = [];
  private cursors = 0;
  private readonly ahead = new Ahead();
  inTransaction = false;

  constructor(
    private readonly port: MessagePort,
    turn: SharedArrayBuffer,
  ) {
    this.turn = new Int32Array(turn);
  }

  query<Row, Params extends Cell[] = Cell[]>(sql: string) {
    const text = this.names.textOf(sql);
    return {
      get: (...params: Params): Row | null => named<Row>(this.ask(text, params))[0] ?? null,
      all: (...params: Params): Row[] => named<Row>(this.ask(text, params)),
      iterate: (...params: Params): IterableIterator<Row> => this.iterate<Row>(text, params),
      values: (...params: Params): unknown[][] => this.ask(text, params).rows.map((row) => [...row]),
      run: (...params: Params): { readonly changes: number } => this.write(text, params),
    };
  }
  run(sql: string): void {
    this.write(this.names.textOf(sql), []);
  }

  /** Piece by piece within a transaction; else at once. */
  private *iterate<Row>(text: string, params: readonly Cell[]): Generator<Row> {
    if (!this.inTransaction) {
      yield* named<Row>(this.ask(text, params));
      return;
    }
    const cursor = `c${++this.cursors}`;
    this.write(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, params, false);
    let whole = false;
    try {
      while (!whole) {
        const piece = named<Row>(this.ask(`FETCH ${PIECE} FROM ${cursor}`, [], false));
        whole = piece.length < PIECE;
        yield* piece;
      }
    } finally {
      if (this.inTransaction) this.write(`CLOSE ${cursor}`, [], false);
    }
  }

  /** Reads what is asked of each of these series while they are sealed or merged, in this transaction. */
  prefetch(series: readonly number[], work: "seal" | "merge"): void {
    const list = (text: string, ids: readonly number[]): Told =>
      this.send([...this.taken(), { text, values: [ids], name: this.names.nameOf(text), begins: !this.inTransaction }]);
    this.ahead.read(series, work, list);
  }

  private write(text: string, params: readonly Cell[], isPrepared = true): { readonly changes: number } {
    this.ahead.written(text, params);
    const one: Written = { statement: this.statement(text, params, isPrepared), changes: null };
    this.written.push(one);
    const ends = text === "COMMIT" || text === "ROLLBACK";
    if (ends || !this.inTransaction) {
      this.inTransaction = text === "BEGIN";
      if (!this.inTransaction) this.flush();
    }
    const flush = () => this.flush();
    return {
      get changes(): number {
        if (one.changes === null) flush();
        return one.changes ?? 0;
      },
    };
  }
  private ask(text: string, params: readonly Cell[], isPrepared = true): Told {
    const known = this.ahead.find(text, params);
    if (known !== null) return known;
    return this.send([...this.taken(), this.statement(text, params, isPrepared)]);
  }
  private flush(): void {
    if (this.written.length > 0) this.send(this.taken());
  }
  private waiting: readonly Written[] = [];
  private taken(): Asked {
    const { written } = this;
    this.written = [];
    const all = merged(written.map(({ statement }) => statement));
    // nobody asks how many rows what was merged has changed
    this.waiting = written.length === all.length ? written : [];
    return all;
  }
  private statement(text: string, values: readonly Cell[], isPrepared: boolean): Asked[number] {
    const isControl = /^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/.test(text);
    const name = isPrepared && !isControl ? this.names.nameOf(text) : "";
    return { text, values, name, begins: text === "BEGIN" || !this.inTransaction };
  }
  /** Asks and waits in place. @throws SyncError */
  private send(asked: Asked): Told {
    const waiting = this.waiting;
    this.waiting = [];
    if (Atomics.compareExchange(this.turn, 0, 1, WAITING) === GONE) throw this.gone();
    this.port.postMessage(asked);
    while (Atomics.load(this.turn, 0) === WAITING) Atomics.wait(this.turn, 0, WAITING, LOOK_MS);
    if (Atomics.load(this.turn, 0) === GONE) throw this.gone();
    const reply = receiveMessageOnPort(this.port as unknown as NodePort)?.message as Replied; // the bridge posts before it says so
    if ("told" in reply) {
      for (const [i, one] of waiting.entries()) one.changes = reply.told.counts[i] ?? 0;
      return reply.told;
    }
    if (reply.lost) this.inTransaction = false; // it went with the connection
    throw new SyncError(reply.message, reply.state, reply.lost);
  }
  private gone(): SyncError {
    this.inTransaction = false;
    return new SyncError("the store was closed", "", true);
  }
}
