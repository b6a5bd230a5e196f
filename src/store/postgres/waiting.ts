import { Refusal } from "../../base/errors.ts";
import { migrate } from "./data/schema.ts";
import { type Holder, takeOver } from "./data/take.ts";
import { watched } from "./data/watched.ts";
import { Lost, sqlState, unavailable } from "./failures.ts";
import { BEAT_MS, JUDGE_MS, LEASE_MS } from "./lease.ts";
import { endHolders } from "./lock.ts";
import { Session } from "./session.ts";
import { type Target, targetOf } from "./url.ts";
import { ACTIVE, apart, BEAT, CLOCK } from "./waiting-words.ts";

/** ms between two looks at who has the store. */
const LOOK_MS = 250;
/** ms after which it is looked whether an answer is still being worked for. */
const SLOW_MS = 5000;
/** Without tables, without the columns, or without the function: nobody has made them yet, or an older version has the store. */
const UNMADE = new Set(["3F000", "42P01", "42703", "42883"]);

/** Who has the store while another one waits. */
export interface ActiveNode {
  readonly address: string;
  readonly version: string;
  /** µs */
  readonly since: number;
}
interface Waited {
  /** The clocks of who had it before; "": nobody noted any. */
  readonly clock: string;
}
interface WaitOptions extends Holder {
  readonly address: string;
  /** See the column. */
  readonly authority: string;
  /** Hears of it when somebody else has it; null: nobody knows at the moment. */
  readonly onActive: (active: ActiveNode | null) => void;
  readonly onNotice: (text: string) => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Waits until this node has the store: at once when nobody else has it or whoever had it gave it up, otherwise when its lease is over and this
 * node had answers from this very primary for so long that the other one would be back. A failover that outlasts all leases ends nobody.
 * @throws Refusal invalid_config: another node shows certificates of another CA; newer_store; the signal's reason
 */
export async function waitForStore(options: WaitOptions): Promise<Waited> {
  const waiting = new Waiting(options);
  try {
    return await waiting.run();
  } finally {
    await waiting.end();
  }
}

class Waiting {
  private readonly target: Target;
  private readonly session: Session;
  /** Since when every answer came in time; null: it did not. */
  private inTouch: number | null = null;
  private beaten = Number.NEGATIVE_INFINITY;
  private pid = 0;

  constructor(private readonly options: WaitOptions) {
    this.target = targetOf(options.address);
    this.session = new Session(this.target, { name: "standby", onLost: () => (this.inTouch = null) });
  }

  async run(): Promise<Waited> {
    for (;;) {
      this.options.signal.throwIfAborted();
      const waited = await this.look();
      if (waited !== null) return waited;
      await Bun.sleep(LOOK_MS);
    }
  }
  /** @returns null: somebody else has it, or nobody can say */
  private async look(): Promise<Waited | null> {
    try {
      await this.beat();
      if (await this.mustWait()) return null;
      const judges = this.inTouch !== null && performance.now() - this.inTouch > JUDGE_MS;
      const { rows } = await this.session.query({ text: CLOCK });
      const now = Date.now() * 1000;
      if ((await takeOver(this.session, { ...this.options, now }, judges)) === null) return null;
      await endHolders(this.session, this.target);
      return { clock: String(rows[0]?.[0] ?? "") };
    } catch (error) {
      return await this.failed(error);
    }
  }
  private async failed(error: unknown): Promise<null> {
    this.inTouch = null;
    if (error instanceof Refusal) throw error;
    if (UNMADE.has(sqlState(error))) await this.make();
    else if (error instanceof Lost || sqlState(error) !== "") {
      this.options.onActive(null);
      this.options.onNotice(unavailable(error).message);
    } else throw error;
    return null;
  }

  /** Says that this node waits, about once a second; the answer is a commit that was waited for. */
  private async beat(): Promise<void> {
    const begun = performance.now();
    if (begun - this.beaten < BEAT_MS) return;
    if (!this.session.connected) {
      const { rows } = await this.session.query({ text: "SELECT pg_backend_pid()" });
      this.pid = Number(rows[0]?.[0]);
    }
    const { identity, host, version, authority } = this.options;
    const question = { text: BEAT, values: [identity, host, version, authority] };
    const others = await watched(this.session, this.target, this.pid, SLOW_MS, this.session.queryHere(question));
    this.beaten = performance.now();
    if (this.beaten - begun > LEASE_MS / 2) this.inTouch = null;
    else this.inTouch ??= begun;
    const [other] = others.rows;
    if (other !== undefined) throw apart(String(other[0]));
  }
  /** Whether somebody else has it whose lease is not over. */
  private async mustWait(): Promise<boolean> {
    const { rows } = await this.session.query({ text: ACTIVE, values: [this.options.identity] });
    const [row] = rows;
    if (row === undefined) return false;
    const [address, version, since, isOver] = row;
    this.options.onActive({ address: String(address), version: String(version), since: Number(since) });
    return isOver !== 1;
  }
  /** Makes the tables, unless whoever has the store does or has an older version of them. */
  private async make(): Promise<void> {
    const key = [`fieldcast process ${this.target.schema}`];
    const { rows } = await this.session.query({ text: "SELECT pg_try_advisory_lock(hashtext($1))", values: key });
    if (rows[0]?.[0] !== 1) return;
    try {
      await migrate(this.session, this.target);
    } finally {
      await this.session.query({ text: "SELECT pg_advisory_unlock(hashtext($1))", values: key }).catch(() => undefined);
    }
  }
  end(): Promise<void> {
    return this.session.end();
  }
}
