import { SteppedClock } from "../clock/stepped.ts";
import { Cut } from "../run/cut.ts";
import { FLEET } from "../run/fleet.ts";
import { find } from "../run/have.ts";
import type { PostgresCluster } from "../run/postgres-cluster.ts";
import { newSchema } from "../run/postgres.ts";
import { StandbyServer } from "../run/standby.ts";
import { until } from "../run/until.ts";

/** The recorder may use free topics. */
const FREE_FLEET = FLEET.replace(
  "rights: [{ devices: all, can: [record_only] }] }",
  'rights: [{ devices: all, can: [record_only] }, { free_topics: ["#"], can: [publish, subscribe] }] }',
);

/** How many servers are active at once; null: one is, and another stands by. */
export type Shape = number | null;

/** A server, the wires by which it reaches each PostgreSQL, and the wall clock that it sees, if there is a compiler to make one. */
export interface Wired {
  readonly server: StandbyServer;
  readonly wires: readonly Cut[];
  readonly clock: LocalClock | null;
}

/** The clock of a server, which is not that of the others. */
class LocalClock extends SteppedClock {
  constructor(private seconds: number) {
    super(seconds);
  }
  ahead(): void {
    this.set(++this.seconds);
  }
}

/** Servers on one store. */
export class Servers {
  private constructor(
    readonly wired: readonly Wired[],
    readonly shape: Shape,
  ) {}
  static async of(postgres: PostgresCluster, shape: Shape, flags: readonly string[]): Promise<Servers> {
    const schema = newSchema();
    const wired: Wired[] = [];
    for (let i = 0; i < (shape ?? 2); i++) {
      const wires = await Promise.all(postgres.ports.map((port) => Cut.of(port)));
      const address = postgres.address(
        schema,
        wires.map(({ port }) => port),
      );
      const clock = shape !== null && find("cc") ? new LocalClock(3 * i) : null;
      const as = shape === null ? "standby" : "cluster";
      wired.push({ server: new StandbyServer(address, flags, as, clock?.env, FREE_FLEET), wires, clock });
    }
    return new Servers(wired, shape);
  }
  get all(): StandbyServer[] {
    return this.wired.map(({ server }) => server);
  }
  async start(): Promise<void> {
    const [first, ...others] = this.all;
    first?.start();
    await first?.becomes("ok");
    for (const one of others) one.start();
    for (const one of others) await one.becomes(this.shape === null ? "standby" : "ok");
  }
  /** Those that serve at this moment. */
  async active(): Promise<StandbyServer[]> {
    const states = await Promise.all(this.all.map(async (one) => one.isRunning && (await one.health()) === "ok"));
    return this.all.filter((_, i) => states[i]);
  }
  /** All run again and do what they are there for: nothing of what was done before goes on. */
  async settle(): Promise<void> {
    await until(
      this.shape === null ? "one that serves and one that stands by" : "all servers serve",
      async () => {
        this.supervise(); // one that was fenced takes a moment to end
        const active = await this.active();
        if (this.shape !== null) return active.length === this.shape;
        const [waits] = this.all.filter((one) => !active.includes(one));
        return active.length === 1 && (await waits?.health()) === "standby";
      },
      60_000,
    );
  }
  /** What a supervisor does: a server that ended is started again. */
  supervise(): void {
    for (const one of this.all) if (!one.isRunning) one.start();
  }
  async remove(): Promise<void> {
    await Promise.all(this.all.map((one) => one.remove()));
    for (const { wires, clock } of this.wired) {
      for (const one of wires) one.remove();
      clock?.remove();
    }
  }
}
