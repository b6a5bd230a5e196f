import { SmallDisk } from "../durability/small-disk.ts";
import { conninfo, startPostgres, startStandby, type TestPostgres } from "./postgres.ts";
import { until } from "./until.ts";

interface Member {
  readonly name: string;
  /** Where its tables are, small enough to be filled; null: nobody may mount one. */
  readonly disk: SmallDisk | null;
  server: TestPostgres;
  isUp: boolean;
}

/** Three PostgreSQL: each commit is on the disk of the primary and of one of its two standbys before it is answered. */
export class PostgresCluster {
  private constructor(
    private readonly members: Member[],
    private leader: Member,
  ) {}

  /** @param disks each has its tables on a small disk, where that may be mounted */
  static async start(disks = false): Promise<PostgresCluster> {
    const [a, b, c] = [1, 2, 3].map(() => (disks ? SmallDisk.mount(DISK_MB) : null));
    const settings = { max_wal_senders: "10", wal_keep_size: "64MB" };
    const server = await startPostgres(settings, a?.folder);
    const members: Member[] = [{ name: "a", disk: a ?? null, server, isUp: true }];
    for (const [name, disk = null] of [
      ["b", b],
      ["c", c],
    ] as const)
      members.push({ name, disk, server: await startStandby(server, name, undefined, disk?.folder), isUp: true });
    const cluster = new PostgresCluster(members, members[0] as Member);
    await cluster.replicate();
    return cluster;
  }
  /** What --store takes: all three, one after the other. @param ports other ones that lead there */
  address(schema: string, ports: readonly number[] = this.ports): string {
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join(",");
    return `postgres://postgres@${hosts}/postgres?schema=${schema}`;
  }
  /** Their ports, which they keep. */
  get ports(): number[] {
    return this.members.map(({ server }) => server.port);
  }
  /** That of the primary. */
  get disk(): SmallDisk | null {
    return this.leader.disk;
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
      one.server = await startStandby(this.primary, one.name, port, one.disk?.folder);
      one.isUp = true;
    }
  }
  async remove(): Promise<void> {
    for (const { server, disk } of this.members) {
      await server.remove();
      disk?.unmount();
    }
  }
}

const DISK_MB = 256;
const RECEIVER = "SELECT pid FROM pg_stat_wal_receiver WHERE status = 'streaming'";
