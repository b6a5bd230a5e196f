import type { Webhook } from "../../fleet/types.ts";
import { nameOf } from "./book.ts";
import { type Item, wantsDevice } from "./items.ts";
import type { WebhookNeeds } from "./needs.ts";
import { MOST_WAITING, Side, type SideEvent } from "./side.ts";
import type { Teller } from "./teller.ts";

/** The events beside the feed of one webhook, as its row wants them, in a journal of its own. */
export class HookSide {
  private readonly side: Side;
  private readonly journal: string;
  /** What came before the journal was read. */
  private early: SideEvent[] | null = [];

  /** @param deliver hears what comes, if it is sending */
  constructor(
    private readonly needs: Pick<WebhookNeeds, "directory" | "operation" | "store">,
    private readonly teller: Pick<Teller, "drop">,
    private readonly row: () => Webhook,
    private readonly deliver: (items: readonly Item[]) => void,
  ) {
    const journal = nameOf(row().uid, "waiting");
    this.journal = journal;
    this.side = new Side({
      put: (event) => needs.operation({ op: "journal_put", journal, rows: [event] }),
      remove: (key) => needs.operation({ op: "journal_delete", journal, keys: [key] }),
      device: (uid) => needs.directory.deviceByUid(uid),
    });
  }

  /** Reads what waited before a restart. */
  async load(): Promise<void> {
    const rows = await this.needs.store.readJournal({ journal: this.journal, limit: MOST_WAITING });
    this.side.load(rows.reverse());
    const early = this.early ?? [];
    this.early = null;
    for (const event of early) this.add(event);
  }
  /** One more; it waits while the webhook is paused, too. @returns whether it is in the next commit */
  add(event: SideEvent): boolean {
    const row = this.row();
    if (!row.active || !row.events.includes(event.type)) return false;
    const device = event.device === null ? undefined : this.needs.directory.deviceByUid(event.device);
    if (device !== undefined && !wantsDevice(row, device)) return false;
    if (this.early !== null && this.early.length < MOST_WAITING) {
      this.early.push(event);
      return false;
    }
    const item = this.early === null ? this.side.take(event) : null;
    if (item === null) this.teller.drop(1);
    else this.deliver([item]);
    return item !== null;
  }
  /** All that wait, for a hook that begins. */
  waiting(): Item[] {
    return this.side.items(({ type }) => this.row().events.includes(type));
  }
  /** Nobody is to be told of any. */
  clear(): void {
    this.side.clear();
  }
}
