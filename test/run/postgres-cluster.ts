import { conninfo, startPostgres, startStandby, type TestPostgres } from "./postgres.ts";
import { until } from "./until.ts";

interface Member {
  readonly name: string;
  server: TestPostgres;
  isUp: boolean;
}

/** Three PostgreSQL: each commit is on the disk of the primary and of one of its two standbys before it is answered. */
export class PostgresCluster {
  private constructor(
    private readonly members: Member[],
    private leader: Member,
  ) {}

  static async start(): Promise<PostgresCluster> {
    const server = await startPostgres({ max_wal_senders: "10", wal_keep_size: "64MB" });
    const members: Member[] = [{ name: "a", server, isUp: true }];
    for (const name of ["b", "c"]) members.push({ name, server: await startStandby(server, name), isUp: true });
    const cluster = new PostgresCluster(members, members[0] as Member);
    await cluster.replicate();
    return cluster;
  }
  /** What --store takes: all three, one after the other. */
  address(schema: string): string {
    const hosts = this.members.map(({ server }) => `127.0.0.1:${server.port}`).join(",");
    return `postgres://postgres@${hosts}/postgres?schema=${schema}`;
  }
  get primary(): TestPostgres {
    return this.leader.server;
  }
  private get followers(): Member[] {
    return this.members.filter((one) => one !== this.leader);
  }
  /** Commits wait for one of the two others. */
  private async replicate(): Promise<void> {
    const names = this.followers.map(({ name }) => name).join(", ");
    await this.primary.sql(`ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (${names})'`);
    await this.primary.sql("SELECT pg_reload_conf()");
    await until("a standby follows", async () => {
      const rows = await this.primary.sql("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'quorum'");
      return rows.length > 0;
    });
  }

  /** Ends a standby where it stands. @returns what starts it again */
  async killStandby(): Promise<() => Promise<void>> {
    const one = this.followers.find(({ isUp }) => isUp);
    if (one === undefined) throw new Error("there is no standby left");
    one.isUp = false;
    await one.server.stop("kill");
    return async () => {
      await one.server.start();
      one.isUp = true;
    };
  }
  /** Standbys receive nothing until the function is called that it returns: commits wait for them. */
  async holdStandbys(): Promise<() => void> {
    const pids: number[] = [];
    for (const { server } of this.followers.filter(({ isUp }) => isUp))
      pids.push(await until("it follows", async () => Number((await server.sql(RECEIVER))[0]?.pid) || null));
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    return () => {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    };
  }
  /** The primary dies where it stands, and of its standbys the one that has most takes its place: what a failover tool does. */
  async failover(): Promise<void> {
    const old = this.leader;
    old.isUp = false;
    await old.server.stop("kill");
    const left = this.followers.filter(({ isUp }) => isUp);
    const reached = await Promise.all(
      left.map(async ({ server }) => {
        const [row] = await server.sql("SELECT (pg_last_wal_receive_lsn() - '0/0')::text AS at");
        return BigInt(String(row?.at ?? 0));
      }),
    );
    const most = reached.reduce((best, at, i) => (at > (reached[best] as bigint) ? i : best), 0);
    const next = left[most] as Member;
    await next.server.sql("SELECT pg_promote(true, 30)");
    this.leader = next;
    for (const one of left.filter((other) => other !== next)) await this.follow(one);
    await this.replicate();
  }
  private async follow({ server, name }: Member): Promise<void> {
    await server.sql(`ALTER SYSTEM SET primary_conninfo = '${conninfo(this.primary, name)}'`);
    await server.sql("SELECT pg_reload_conf()");
  }
  /** Whoever was ended comes back as a standby, from a new copy. */
  async rejoin(): Promise<void> {
    for (const one of this.followers.filter(({ isUp }) => !isUp)) {
      const { port } = one.server;
      await one.server.remove();
      one.server = await startStandby(this.primary, one.name, port);
      one.isUp = true;
    }
  }
  async remove(): Promise<void> {
    for (const { server } of this.members) await server.remove();
  }
}

const RECEIVER = "SELECT pid FROM pg_stat_wal_receiver WHERE status = 'streaming'";
