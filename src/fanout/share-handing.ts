import type { Principal } from "../auth/principal.ts";
import type { CommitLine } from "../ingest/commits.ts";
import { MessageQueue } from "../session/queue.ts";
import type { Seq } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { OutletHost } from "./host.ts";
import type { ShareGroup } from "./share.ts";
import { DROPS, type Looked, STAYS, takeFor } from "./share-hand.ts";
import { heirOf, NOBODY, type Part, receiverOf } from "./share-part.ts";
import type { ShareTelling } from "./share-telling.ts";
import { packHanded, unpackHanded } from "./share-weights.ts";

export interface HandingNeeds {
  readonly telling: ShareTelling;
  readonly commits: Pick<CommitLine, "news">;
  /** The account with a key; undefined: there is none. */
  readonly principalOf: (key: string) => Principal | undefined;
  /** This node's part of a group, by the group's key. */
  readonly partOf: (key: string) => ShareGroup | undefined;
  readonly host: Pick<OutletHost, "touch" | "entry" | "deviceOf" | "topicOf" | "metrics">;
}
/** Bytes of messages that one commit hands over. */
const AT_ONCE = 65_536;

/** Messages that go from one part of a shared subscription to another, by rows of the log that bear them. */
export class ShareHanding {
  /** Parts of which messages are on their way. */
  private readonly on = new Set<ShareGroup>();
  /** Where nothing was found for others. */
  private looked = new WeakMap<ShareGroup, Looked>();

  constructor(private readonly needs: HandingNeeds) {}

  /** A row of the log hands messages over. */
  heard(body: Uint8Array, seq: Seq): void {
    const { key, from, to, entries } = unpackHanded(body);
    const receiver = receiverOf(this.needs.telling.weights.of(key), to);
    let own = receiver === this.needs.telling.epoch ? this.needs.partOf(key) : undefined;
    for (const part of this.on)
      if (part.stored === from) {
        this.on.delete(part);
        this.needs.host.touch(part);
        // that node is gone, and its members are not counted elsewhere yet
        if (receiver === NOBODY) own = part;
      }
    if (own === undefined) return;
    const some = new MessageQueue();
    some.append(entries);
    own.handed = seq;
    own.insert(some);
  }
  /** Whether messages of it are on their way to another part. */
  isOn(part: ShareGroup): boolean {
    return this.on.has(part);
  }
  /**
   * Some of what waits goes to the part of another node; the rest follows when that had its turn.
   * @param heirFor whose a message is that accounts may read; STAYS: nobody's elsewhere
   * @returns whether some goes, or is being read to go
   */
  over(part: ShareGroup, heirFor: (may: (account: string) => boolean) => number): boolean {
    if (part.waiting === 0 || heirFor(() => true) === STAYS) return false;
    while (part.queue === null || part.queue.count === 0)
      if (part.backlog.count === 0 || !part.backlog.refill()) return true; // it is being read
    const parts = this.needs.telling.weights.of(part.key);
    const looked = this.looked.get(part);
    const from = looked?.parts === parts ? looked.upTo : 0;
    const found = takeFor(part, this.needs.host, (may) => heirFor(readers(this.needs.principalOf, may)), from, AT_ONCE);
    if (found.to === NOBODY) this.looked.set(part, { parts, upTo: found.upTo });
    else this.hand(part, found.to, found.entries);
    return found.to !== NOBODY;
  }
  /** What none of the members here may read goes where one may. */
  stranded(part: ShareGroup, others: readonly Part[], isAwaited: boolean): void {
    part.stranded = false;
    const nobodys = isAwaited ? STAYS : DROPS;
    const heirFor = (may: (principal: Principal) => boolean): number =>
      part.some(may) ? STAYS : heirOf(others, readers(this.needs.principalOf, may)) || nobodys;
    const { to, entries } = takeFor(part, this.needs.host, heirFor, 0, AT_ONCE);
    if (to !== NOBODY) this.hand(part, to, entries);
  }
  private hand(part: ShareGroup, to: number, entries: Uint8Array): void {
    this.on.add(part);
    this.needs.commits.news(Told.Handed, [], packHanded({ key: part.key, from: part.stored, to }, entries));
  }
  /** A part is no more. */
  ended(part: ShareGroup): void {
    this.on.delete(part);
  }
  /** Rights may have changed: what waited for others may be for somebody. */
  tick(): void {
    this.looked = new WeakMap();
  }
}

/** Whether an account may do something, by its key. */
export function readers(
  principalOf: HandingNeeds["principalOf"],
  may: (principal: Principal) => boolean,
): (account: string) => boolean {
  return (account) => {
    const principal = principalOf(account);
    return principal !== undefined && may(principal);
  };
}
