import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Webhook } from "../../fleet/types.ts";
import type { JournalRow } from "../../store/ports.ts";
import { HookBook } from "./book.ts";
import type { HookFeed } from "./feed.ts";
import { Hook } from "./hook.ts";
import type { HookHost } from "./hook-host.ts";
import type { Item } from "./items.ts";
import type { WebhookNeeds } from "./needs.ts";
import type { HookPresence } from "./presence.ts";
import { viewOf } from "./rights.ts";
import { HookSide } from "./hook-side.ts";
import { feedOf, presenceOf } from "./sources.ts";
import { Teller } from "./teller.ts";

/** The consumer of a webhook. */
export const consumerOf = (hook: number): string => `webhook:${hook}`;

const NOBODY = { rows: () => {}, gap: () => {} };

/** What happens to a webhook by itself. */
interface Fate {
  pause(reason: string, teller: Teller): void;
  switchOff(reason: string, teller: Teller): void;
}

/** A webhook of the fleet: its books, and while it is active what sends for it. */
export class OpenHook {
  readonly book: HookBook;
  readonly teller: Teller;
  hook: Hook | null = null;
  private feed: HookFeed | null = null;
  private presence: HookPresence | null = null;
  /** Who was told online, by device. */
  private readonly told = new Map<number, JournalRow>();
  private keep: (note: string | null) => void = () => {};
  readonly side: HookSide;
  private isLoaded = false;
  private isGone = false;

  constructor(
    private readonly needs: WebhookNeeds,
    public row: Webhook,
    private readonly fate: Fate,
  ) {
    this.book = new HookBook(row.uid, needs.store);
    this.teller = new Teller(needs, this.book);
    this.side = new HookSide(
      needs,
      this.teller,
      () => this.row,
      (items) => this.hook?.add(items),
    );
    this.claim();
  }
  /** What is published from now on waits for it, although it begins later. */
  private claim(): void {
    const { active, paused, events, uid } = this.row;
    if (active && paused === undefined && this.feed === null && events.includes("device_measurement"))
      this.needs.consumers.open(consumerOf(uid), NOBODY, true).close();
  }

  /** Reads its books, then begins. */
  async load(): Promise<void> {
    for (const row of await this.book.load()) this.told.set(row.key, row);
    await this.side.load();
    this.isLoaded = true;
    this.follow(this.row);
  }
  private get isLive(): boolean {
    return this.isLoaded && !this.isGone && this.row.active && this.row.paused === undefined;
  }

  /** Its row is this from now on. */
  follow(row: Webhook): void {
    const before = this.row;
    this.row = row;
    if (before.active && !row.active) this.forget();
    const isOther = before.events.join() !== row.events.join();
    if (this.hook !== null && (!this.isLive || isOther)) this.stop();
    if (!this.isLoaded && !this.isGone) this.claim();
    if (!this.isLive) return;
    if (this.hook === null) this.start();
    else this.hook.update(row);
  }
  /** Devices that are gone: nobody needs to know what was told of them. @param devices uids */
  forgetDevices(devices: readonly number[]): void {
    const keys = devices.filter((uid) => this.told.delete(uid));
    this.presence?.forget(keys);
    if (keys.length > 0) this.book.forgetTold(keys);
  }
  /** It was deleted. */
  end(): void {
    this.isGone = true;
    this.stop();
    this.needs.consumers.remove(consumerOf(this.row.uid));
  }
  /** Nothing is kept for one that is off: when it is on again it begins anew. */
  private forget(): void {
    this.stop();
    this.needs.consumers.remove(consumerOf(this.row.uid));
    this.told.clear();
    this.side.clear();
    this.needs.operation({ op: "journal_trim", journal: `webhook:${this.row.uid}:told`, below: null });
  }

  private start(): void {
    const { events } = this.row;
    const { needs } = this;
    const name = consumerOf(this.row.uid);
    let note: string | null = null;
    if (events.includes("device_measurement")) {
      this.feed = feedOf(needs, this.receiver());
      const consumer = needs.consumers.open(name, this.feed, true);
      this.feed.opened(consumer);
      this.keep = (text) => consumer.keep(text);
      note = consumer.note;
    } else needs.consumers.remove(name);
    if (events.includes("device_online") || events.includes("device_offline")) {
      this.presence = presenceOf(needs, this.receiver(), (told) => {
        this.told.set(told.key, told);
        this.book.told(told);
      });
      this.presence.load([...this.told.values()]);
      this.presence.begin();
    }
    this.hook = new Hook(this.host(), this.row, note);
    this.hook.add(this.side.waiting());
    needs.later(this.hook.pump, 0);
  }
  stop(): void {
    this.hook?.close();
    this.feed?.close();
    this.hook = null;
    this.feed = null;
    this.presence = null;
    this.keep = () => {};
  }
  /** About once a second. */
  tick(): void {
    this.presence?.tick();
    this.hook?.pump();
    this.teller.flush();
  }
  private receiver() {
    return {
      row: () => this.row,
      add: (items: readonly Item[]) => this.hook?.add(items),
      drop: (count: number) => this.teller.drop(count),
      notice: (text: string) => this.teller.notice(text),
    };
  }
  private host(): HookHost {
    const { needs } = this;
    const { clock, post, chance, later } = needs;
    return {
      ...{ clock, post, chance, later },
      workspace: () => needs.directory.workspace(this.row.workspace)?.slug ?? "",
      mayView: () => viewOf(needs, this.row),
      called: (tried, result) => this.teller.called(tried, result),
      died: (tried, error) => this.teller.bury(tried, error, this.row.form === "template"),
      pause: (reason) => this.fate.pause(reason, this.teller),
      switchOff: (reason) => this.fate.switchOff(reason, this.teller),
      keep: (note) => this.keep(note),
    };
  }
  /** What its account may view at this moment; nothing when that is gone. */
  mayView(): (device: DeviceNode) => boolean {
    return viewOf(this.needs, this.row) ?? (() => false);
  }
}
