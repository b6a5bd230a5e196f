import { TOKENS } from "../run/fleet.ts";
import { NatsServer } from "../run/nats.ts";
import { PostgresCluster } from "../run/postgres-cluster.ts";
import type { StandbyServer } from "../run/standby.ts";
import { until } from "../run/until.ts";
import { Listener, type Place, Speaker } from "./client.ts";
import { Retainer } from "./retainer.ts";
import { Revoker } from "./revoker.ts";
import { Servers, type Shape } from "./servers.ts";
import { Twins } from "./twins.ts";
import { Mourner } from "./wills.ts";

interface Setup {
  readonly shape: Shape;
  /** Servers tell each other of records over NATS. */
  readonly bus?: boolean;
  /** Clients stay where they are let in. */
  readonly stay?: boolean;
}
const SHARED = "$share/group/dtck/my-product/+/STEPS";
/** Further flags of servers of which several are active. */
const ACTIVE = ["--free-topics", "on"];
/** Clients move from one active server to another so often, ms. */
const MOVES_AFTER_MS = 700;

/** Three PostgreSQL, several servers, and clients that note what they said and heard. */
export class World {
  readonly speakers: Speaker[];
  readonly listeners: Listener[];
  readonly mourner: Mourner;
  /** Members of one shared subscription. */
  readonly sharers: Listener[];
  readonly retainers: Retainer[];
  revoker: Revoker | null = null;
  readonly twins: Twins | null;
  /** What is worth to be told at the end. */
  readonly notes: string[] = [];
  private readonly runs: Promise<void>[] = [];
  private readonly place: Place;

  private constructor(
    readonly postgres: PostgresCluster,
    readonly nodes: Servers,
    /** null: there is none. */
    readonly bus: NatsServer | null,
    stay: boolean,
  ) {
    const ports = this.servers.map(({ ports }) => ports.mqtt);
    const place = nodes.shape === null || stay ? { ports } : { ports, movesAfter: MOVES_AFTER_MS };
    this.place = place;
    // some as fast as they are answered, some slowly, at both levels
    this.speakers = [0, 1, 2, 3].map(
      (i) => new Speaker(place, TOKENS.recorder, `dev${i}`, i % 2 === 0 ? 1 : 2, i < 2 ? 2 : 25),
    );
    this.listeners = ([1, 2] as const).map((qos) => new Listener(place, TOKENS.device, qos));
    this.mourner = new Mourner(place, TOKENS.recorder);
    this.twins = nodes.shape === null ? null : new Twins(place, TOKENS.recorder);
    const members = nodes.shape === null ? [] : ["sharer-1", "sharer-2", "sharer-3"];
    this.sharers = members.map((name) => new Listener(place, TOKENS.device, 1, SHARED, name));
    const retainers = nodes.shape === null ? [] : ["retainer-1", "retainer-2"];
    this.retainers = retainers.map((name) => new Retainer(place, TOKENS.recorder, name));
  }
  static async start({ shape, bus = false, stay = false }: Setup = { shape: null }): Promise<World> {
    const nats = bus ? await NatsServer.start() : null;
    const postgres = await PostgresCluster.start(shape !== null);
    const flags = nats === null ? ACTIVE : [...ACTIVE, "--bus", `nats://127.0.0.1:${nats.port}`];
    const world = new World(postgres, await Servers.of(postgres, shape, shape === null ? [] : flags), nats, stay);
    try {
      await world.nodes.start();
      const ears = [...world.listeners, ...world.sharers];
      for (const one of ears) world.runs.push(one.run());
      await until("all listeners have subscribed", () => ears.every(({ isKnown }) => isKnown));
      for (const one of [...world.speakers, ...world.retainers, world.mourner]) world.runs.push(one.run());
      if (world.twins !== null) world.runs.push(world.twins.run());
      if (shape !== null) world.revoker = await Revoker.of(world.place, world.nodes);
      if (world.revoker !== null) world.runs.push(world.revoker.run());
      await until("the first acknowledgements", () => world.speakers.every((one) => one.acknowledged.length > 5));
      return world;
    } catch (error) {
      await world.remove();
      throw error;
    }
  }

  private get clients() {
    return [...this.speakers, ...this.listeners, ...this.sharers, ...this.retainers, this.mourner];
  }
  get servers(): StandbyServer[] {
    return this.nodes.all;
  }
  /** One that serves; null: none at this moment. */
  async active(): Promise<StandbyServer | null> {
    return (await this.nodes.active())[0] ?? null;
  }
  other(than: StandbyServer): StandbyServer {
    return this.servers.find((one) => one !== than) as StandbyServer;
  }
  get acknowledged(): number {
    return this.speakers.reduce((sum, one) => sum + one.acknowledged.length, 0);
  }
  /** Every speaker gets further. @returns ms that it took */
  async goesOn(ms = 60_000): Promise<number> {
    const begun = performance.now();
    const before = this.speakers.map((one) => one.acknowledged.length);
    await until(
      "every client gets answers again",
      () => this.speakers.every((one, i) => one.acknowledged.length > (before[i] as number) + 1),
      ms,
    );
    return performance.now() - begun;
  }
  /** From now on pauses are measured. */
  measure(): void {
    for (const one of this.speakers) one.longest = 0;
  }
  /** Waits until everybody gets answers again. @returns the longest time, ms, that one of them waited for one since `measure` */
  async pause(ms?: number): Promise<number> {
    await this.goesOn(ms);
    return Math.max(...this.speakers.map(({ longest }) => longest));
  }
  settles(): Promise<void> {
    return this.nodes.settle();
  }

  /** No more is said; everything that was said is heard. @returns what is wrong, a line each */
  async end(): Promise<string[]> {
    for (const one of [...this.speakers, ...this.retainers, this.mourner]) one.finish();
    this.revoker?.finish();
    this.twins?.finish();
    await until("the last answers", () => this.speakers.every((one) => one.isDone), 60_000);
    await this.quiet();
    const { check } = await import("./checks.ts");
    const wrong = await check(this);
    for (const one of this.clients) one.close();
    for (const one of [...this.speakers, ...this.listeners, ...this.sharers])
      if (one.late.length > 0)
        wrong.push(`${one.id} heard of a server that another one had replaced: ${one.late.slice(0, 3)}`);
    await Promise.allSettled(this.runs);
    wrong.push(...(this.twins?.wrong ?? []));
    if (this.twins !== null) this.notes.push(`${this.twins.logins} logins of one client, each on the next server`);
    return wrong;
  }
  /** Until nobody hears anything more. */
  private async quiet(): Promise<void> {
    const heard = () =>
      [...this.listeners, ...this.sharers]
        .flatMap(({ heard }) => [...heard.values()])
        .reduce((sum, { length }) => sum + length, 0);
    let last = -1;
    let same = 0;
    await until(
      "the listeners have heard everything",
      async () => {
        await Bun.sleep(100);
        const now = heard();
        same = now === last ? same + 1 : 0;
        last = now;
        return same > 20 && this.listeners.every(({ isIn }) => isIn);
      },
      60_000,
    );
  }
  /** All that was stored of a device's field, oldest first. */
  async history(device: string, field = "STEPS"): Promise<number[]> {
    const active = await until("a server that answers", () => this.active());
    const query = `fields=${field}&resolution=raw&timeframe_start=2000-01-01T00:00:00Z&timeframe_end=2100-01-01T00:00:00Z`;
    const headers = { authorization: `Token ${TOKENS.device}` };
    const answer = await active.http(`/v1/devices/${device}/historic_data/?${query}`, { headers });
    if (!answer.ok) throw new Error(`the history of ${device}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as Record<string, number>[]).map((row) => row[field] as number); // section 3.2 of the REST API
  }
  async remove(): Promise<void> {
    this.revoker?.finish();
    this.twins?.finish();
    for (const one of this.clients) one.close();
    await this.nodes.remove();
    await this.postgres.remove();
    await this.bus?.remove();
  }
}
