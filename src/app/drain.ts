import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import { ELSEWHERE } from "../broker/farewells.ts";
import type { Members } from "../feed/members.ts";
import type { News } from "../store/ports.ts";
import { Told } from "../store/record.ts";

/** Ticks from when the node says that it takes no clients until the first is let go: load balancers have looked by then. */
const NOTICE_TICKS = 5;
/** In how many ticks all are let go, and how few at once it is not worth it. */
const SPREAD_TICKS = 30;
const LEAST = 50;
/** DISCONNECT: Use another server. */
const USE_ANOTHER = 0x9c;

interface DrainNeeds {
  readonly members: Pick<Members, "self" | "live"> | null;
  readonly broker: {
    stopping: boolean;
    readonly connections: ReadonlySet<{ disconnect(reason: number, why: string, text: string): void }>;
  };
  /** Tells all nodes, by a row of the log. */
  readonly news: (what: number, numbers: readonly number[]) => void;
  readonly durable: () => Promise<void>;
  /** Notes for others that this node lets its clients go. */
  readonly tell: () => void;
  readonly log: Log;
}

/**
 * A node that is to be stopped lets its clients go to the others first: it says at once that it is no place for clients, takes no connections,
 * and ends those that it has, some each second. Then it waits for its end; what it does for all goes on until then.
 */
export class Drain {
  isOn = false;
  private ticks = 0;
  private atOnce = 0;

  constructor(private readonly needs: DrainNeeds) {}

  /** Tells a node to let its clients go. @throws Refusal not_available, not_found, storage_unavailable */
  async ask(node: number): Promise<void> {
    const { members, news, durable } = this.needs;
    if (members === null) throw alone("This server is alone on its store");
    const epoch = members.live.get(node);
    if (epoch === undefined) throw new Refusal("not_found", `No node ${node} takes part now.`);
    if (members.live.size < 2) throw alone(`Node ${node} is the only one that takes part`);
    news(Told.Drain, [node, epoch]);
    await durable();
  }
  /** A row of the log tells it. */
  heard({ what, numbers: [node, epoch] }: Pick<News, "what" | "numbers">): void {
    const { members } = this.needs;
    if (what !== Told.Drain || members === null || node !== members.self || this.isOn) return;
    if (members.live.get(members.self) === epoch) this.begin();
  }
  private begin(): void {
    const { broker, log, tell } = this.needs;
    this.isOn = true;
    broker.stopping = true;
    log.warn(
      { connections: broker.connections.size },
      "this node lets its clients go to the others, and waits for its end",
    );
    tell();
  }
  /** Once a second. */
  tick(): void {
    if (!this.isOn || this.ticks++ < NOTICE_TICKS) return;
    const { connections } = this.needs.broker;
    if (this.atOnce === 0) this.atOnce = Math.max(LEAST, Math.ceil(connections.size / SPREAD_TICKS));
    for (const one of [...connections].slice(0, this.atOnce)) one.disconnect(USE_ANOTHER, "draining", ELSEWHERE);
  }
}

function alone(why: string): Refusal {
  return new Refusal("not_available", `${why}: there is nobody to take its clients.`);
}
