import type { JournalStore, StoreOp } from "../../store/ports.ts";
import type { BrokerEvent } from "./types.ts";

/** What is kept of one external broker, in journals: what happened to its connection, and QoS 2 messages that it has not released yet. */

/** Events that are kept. */
const MOST = 200;
const JOURNALS = ["events", "received"] as const;
const nameOf = (broker: number, journal: (typeof JOURNALS)[number]) => `broker:${broker}:${journal}`;

/** Forgets everything that was kept of one. */
export function forgetBook(broker: number): StoreOp[] {
  return JOURNALS.map((journal) => ({ op: "journal_trim", journal: nameOf(broker, journal), below: null }));
}

/** The books of one external broker. */
export class BrokerBook {
  private next = 1;

  constructor(
    private readonly broker: number,
    private readonly store: JournalStore,
    private readonly operation: (op: StoreOp) => void,
  ) {}

  /** @returns identifiers of QoS 2 messages that were not released before the restart */
  async load(): Promise<number[]> {
    const [last] = await this.events(undefined, 1);
    this.next = (last?.event ?? 0) + 1;
    const received = await this.store.readJournal({ journal: nameOf(this.broker, "received"), limit: 65_535 });
    return received.map(({ key }) => key);
  }
  note(event: Omit<BrokerEvent, "event">): void {
    const key = this.next++;
    const body = JSON.stringify({ event: key, ...event });
    const journal = nameOf(this.broker, "events");
    this.operation({ op: "journal_put", journal, rows: [{ key, time: event.time, body }] });
    if (key % 20 === 0) this.operation({ op: "journal_trim", journal, below: key - MOST });
  }
  async events(before: number | undefined, limit: number): Promise<BrokerEvent[]> {
    const rows = await this.store.readJournal({ journal: nameOf(this.broker, "events"), before, limit });
    return rows.map(({ body }) => JSON.parse(body) as BrokerEvent); // as `note` wrote it
  }
  /** A QoS 2 message is taken in the commit that is being collected. */
  received(packetId: number, time: number): void {
    this.operation({
      op: "journal_put",
      journal: nameOf(this.broker, "received"),
      rows: [{ key: packetId, time, body: "" }],
    });
  }
  released(packetId: number): void {
    this.operation({ op: "journal_delete", journal: nameOf(this.broker, "received"), keys: [packetId] });
  }
}
