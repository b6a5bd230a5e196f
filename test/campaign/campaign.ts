/**
 * A server is killed again and again while everything is done to it at once; what it promised is held against what is there.
 * Kills come at random moments, so a seed repeats the choices but not the run.
 */
import { Random } from "../fuzz/random.ts";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Editor } from "./edits.ts";
import { integrityOf, notesOf } from "./look.ts";
import { faultsOfHearing, faultsOfSharing, Ledger } from "./ledger.ts";
import { Crew, type Plan, Reader } from "./readers.ts";
import { OldRows } from "./rollups.ts";
import { HttpWriter, MqttWriter, type Writer } from "./writers.ts";

interface Wish {
  readonly seed: number;
  readonly kills: number;
  /** Queues of sessions hold little: what does not fit is dropped, and nothing else may go wrong. */
  readonly tight: boolean;
  /** Hears how it goes. */
  readonly say: (line: string) => void;
}
/** What came of it; `faults` is empty when every promise was kept. */
interface Result {
  readonly faults: readonly string[];
  readonly acknowledged: number;
  readonly heard: number;
  readonly edits: number;
  readonly dropped: number;
}

const RETAINED = `
      - slug: old
        name: Old
        retention: 1d
        rollups: { 1h: forever }
        fields: [{ id: LEVEL, type: NUMERIC }]
        devices: [{ id: tank }]
    api_users:`;
const CAMPAIGN_FLEET = FLEET.replace("\n    api_users:", RETAINED);
const DEVICES = ["dev0", "dev1", "dev2", "dev3", "dev4"] as const;
const TIGHT = ["--max-queued-messages", "300"];
/** The least that must be acknowledged in a life before its end may come. */
const LIFE = 100;
const MOST_FAULTS = 20;

const ROOMY: readonly Plan[] = [
  { name: "exact", qos: 2, hears: "once", away: 20 },
  { name: "repeated", qos: 1, hears: "least-once", away: 20 },
  { name: "slow", qos: 2, hears: "once", slow: true, away: 10 },
  { name: "absent", qos: 2, hears: "once", away: 75 },
  { name: "crew1", qos: 2, hears: "shared", away: 30 },
  { name: "crew2", qos: 2, hears: "shared", away: 50 },
];
const CRAMPED: readonly Plan[] = [
  { name: "exact", qos: 2, hears: "some", away: 20 },
  { name: "repeated", qos: 1, hears: "least-some", away: 20 },
  { name: "slow", qos: 2, hears: "some", slow: true },
  { name: "absent", qos: 2, hears: "some", away: 75 },
];

/** One campaign from the first start to the last check. @throws Error when the server does not start or answer in time */
export async function campaign(wish: Wish): Promise<Result> {
  const flags = wish.tight ? TIGHT : [];
  const server = await startServer({ fleet: CAMPAIGN_FLEET, flags });
  try {
    return await new Campaign(server, wish).run();
  } finally {
    await server.remove();
  }
}

class Campaign {
  private readonly random: Random;
  private readonly ledger = new Ledger();
  private readonly writers: readonly Writer[];
  private readonly readers: readonly Reader[];
  private readonly crew: Crew;
  private readonly editor: Editor;
  private readonly old = new OldRows("old", "tank", Date.UTC(2026, 0, 1));
  private readonly faults: string[] = [];

  constructor(
    private readonly server: TestServer,
    private readonly wish: Wish,
  ) {
    const { ledger } = this;
    this.random = new Random(wish.seed, wish.tight ? 1 : 0);
    this.editor = new Editor("my-product", this.random);
    this.writers = [
      new MqttWriter({ name: "qos1", device: "dev0", qos: 1 }, ledger),
      new MqttWriter({ name: "qos2", device: "dev1", qos: 2 }, ledger),
      new MqttWriter({ name: "batches1", device: "dev2", qos: 1, batch: true }, ledger),
      new MqttWriter({ name: "batches2", device: "dev3", qos: 2, batch: true }, ledger),
      new HttpWriter("posts", "dev4", ledger, Date.UTC(2026, 0, 1)),
    ];
    this.readers = (wish.tight ? CRAMPED : ROOMY).map((plan) => new Reader(plan));
    this.crew = new Crew(this.readers.filter(({ plan }) => plan.hears === "shared"));
  }
  async run(): Promise<Result> {
    for (const reader of this.readers) await reader.begin(this.server);
    for (let kill = 1; kill <= this.wish.kills && this.faults.length < MOST_FAULTS; kill++) {
      await this.live(kill);
      await this.server.restart();
      await this.check();
      this.wish.say(
        `kill ${kill} of ${this.wish.kills}: ${this.ledger.acknowledged} writes acknowledged, ${this.faults.length} faults`,
      );
    }
    await this.end();
    for (const reader of this.readers) reader.leave();
    await this.server.stop();
    const { code, out, err } = await this.server.cli("store", "check");
    // it is of files
    if (code !== 0 && this.server.kept === null) this.faults.push(`store check: ${out}${err}`);
    return {
      faults: this.faults.slice(0, MOST_FAULTS),
      acknowledged: this.ledger.acknowledged,
      heard: this.readers.reduce((sum, { client }) => sum + client.got.length, 0),
      edits: this.editor.done,
      dropped: this.dropped,
    };
  }
  private dropped = 0;

  /** One life of the server, from its clients' coming to its death. */
  private async live(kill: number): Promise<void> {
    const { server, random, ledger } = this;
    for (const reader of this.readers) await reader.arrive(server, random);
    for (const writer of this.writers) await writer.start(server);
    this.editor.start(server);
    this.old.start(server);
    const goal = ledger.acknowledged + LIFE + random.below(kill % 4 === 0 ? 4000 : 800);
    const middle = goal - random.below(LIFE);
    await until("the load", () => ledger.acknowledged >= middle);
    for (const reader of this.readers) await reader.change(server, random);
    await until("the load", () => ledger.acknowledged >= goal);
    this.dropped += await this.server.metric("fieldcast_messages_dropped_total", 'reason="queue_full"');
    await server.kill9();
    for (const reader of this.readers) reader.leave();
    await Promise.all([...this.writers, this.editor, this.old].map((one) => one.died()));
  }
  /** What the server promised is there. */
  private async check(): Promise<void> {
    const { server, faults } = this;
    for (const device of DEVICES) faults.push(...this.ledger.faultsOf(device, await notesOf(server, device)));
    faults.push(...(await this.editor.check(server)), ...(await this.old.check(server)), ...integrityOf(server));
  }
  /** A last life without a kill: everything is answered, and everything is heard. */
  private async end(): Promise<void> {
    const { server, ledger, faults } = this;
    for (const writer of this.writers) await writer.finish(server);
    const last = new Map<string, string>();
    for (const device of DEVICES) {
      const [row = ""] = ledger.begin(`last-${device}`, device, "once");
      last.set(device, row);
      const body = JSON.stringify({ field: "NOTE", value: row });
      const response = await server.http(`/v1/devices/${device}/record/`, TOKENS.owner, { method: "POST", body });
      if (response.status === 200) ledger.acknowledge(`last-${device}`);
    }
    await this.check();
    const stored = new Map<string, readonly string[]>();
    for (const device of DEVICES) stored.set(device, await notesOf(server, device));
    for (const reader of this.readers) if (reader.plan.hears !== "shared") await reader.drain(server, last);
    if (this.crew.members.length > 0) await this.crew.drain(server, stored);
    for (const [device, rows] of stored) this.judge(device, rows);
    for (const one of [...this.writers, this.editor, this.old]) faults.push(...one.faults);
    for (const { client } of this.readers) faults.push(...client.faults);
  }
  private judge(device: string, rows: readonly string[]): void {
    for (const reader of this.readers) {
      const { hears, name } = reader.plan;
      if (hears !== "shared") this.faults.push(...faultsOfHearing(name, hears, rows, reader.heard(device)));
    }
    if (this.crew.members.length > 0) this.faults.push(...faultsOfSharing("crew", rows, this.crew.heard(device)));
  }
}
