import type { Principal } from "../auth/principal.ts";
import type { AmongParts } from "../fanout/among-parts.ts";
import type { PartState } from "../fanout/checkpoint.ts";
import type { ShareGroup } from "../fanout/share.ts";
import { NOBODY, type Part, partOf, receiverOf, withoutNode, withPart } from "../fanout/share-part.ts";
import { unpackHanded, unpackShare } from "../fanout/share-weights.ts";
import { createEntry, MessageQueue } from "../session/queue.ts";
import type { RecoveredSession, Seq } from "../store/ports.ts";
import { type RecordReader, Told } from "../store/record.ts";

/** A part of a shared subscription whose node is gone, while the log is replayed for it. */
export class ReplayedPart implements AmongParts<ShareGroup> {
  readonly isReplaying = true;
  private parts: readonly Part[] | null;
  private readonly dead = new Set<number>();
  private readonly entry = createEntry();

  /** @param state what was known of all parts at its floor; null: there were no others, and all was its */
  constructor(
    readonly group: ShareGroup,
    private readonly stored: RecoveredSession,
    state: PartState | null,
    readonly epoch: number,
    private readonly principalOf: (key: string) => Principal | undefined,
  ) {
    this.parts = state?.parts ?? null;
    group.among = this;
    group.epoch = state?.epoch ?? 0;
  }
  get floor(): Seq {
    return this.stored.floor;
  }
  /** Whether a row lies in its state or in its chunks. */
  has(seq: Seq): boolean {
    const { floor, queued, chunks } = this.stored;
    return seq <= floor || (seq >= (chunks[0]?.firstSeq ?? 0) && seq <= queued);
  }
  takes({ epoch }: ShareGroup, seq: Seq, may: (principal: Principal) => boolean): boolean {
    if (this.parts === null) return true;
    const reads = (account: string): boolean => {
      const principal = this.principalOf(account);
      return principal !== undefined && may(principal);
    };
    return partOf(seq, this.parts, reads) === epoch;
  }
  partsOf(): readonly Part[] {
    return this.parts ?? [];
  }
  review(): void {}

  /** What nodes told. */
  note({ id: what, seq, numbers, buf, payloadAt, payloadEnd }: Note): void {
    if (seq <= this.floor) return;
    const [, epoch = 0] = numbers;
    const body = buf.subarray(payloadAt, payloadEnd);
    if (what === Told.Share) this.share(body);
    else if (what === Told.Handed) this.handed(body, seq);
    else if (what === Told.NodeGone) {
      this.dead.add(epoch);
      this.parts = this.parts && withoutNode(this.parts, epoch);
    }
  }
  private share(body: Uint8Array): void {
    const { key, part } = unpackShare(body);
    if (key !== this.group.key) return;
    const parts = this.parts ?? [];
    const isDead = this.dead.has(part.epoch) || parts.some(({ epoch, isDead }) => epoch === part.epoch && isDead);
    this.parts = withPart(parts, { ...part, isDead });
  }
  private handed(body: Uint8Array, seq: Seq): void {
    const { group } = this;
    const { key, from, to, entries } = unpackHanded(body);
    if (key !== group.key) return;
    const some = new MessageQueue();
    some.append(entries);
    const receiver = receiverOf(this.partsOf(), to);
    const isBack = from === group.stored && receiver === NOBODY;
    if (from === group.stored && !isBack)
      for (let at = some.head; some.read(at, this.entry); at = this.entry.next) group.drop(this.entry.seq);
    if (seq <= group.handed || (receiver !== group.epoch && !isBack)) return;
    group.handed = seq;
    group.insert(some);
  }
}
/** What a node told, as a record has it. */
export type Note = Pick<RecordReader, "id" | "seq" | "numbers" | "buf" | "payloadAt" | "payloadEnd">;
