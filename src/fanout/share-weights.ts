import { join, part as partOfBytes } from "./checkpoint.ts";
import { type Part, type PartMembers, withoutNode, withPart } from "./share-part.ts";

/** What all nodes know of all shared subscriptions and their parts, as of the last row of the log that had its turn. */
export class ShareWeights {
  private readonly byKey = new Map<string, readonly Part[]>();
  /** Which group a stored row is of, also one that is no more: sessions have its messages in flight. */
  private readonly keys = new Map<number, string>();

  /** The parts of a group. */
  of(key: string): readonly Part[] {
    return this.byKey.get(key) ?? NONE;
  }
  /** The group of a stored row. */
  keyOf(stored: number): string | undefined {
    return this.keys.get(stored);
  }
  put(key: string, part: Part): void {
    if (part.stored > 0) this.keys.set(part.stored, key);
    this.set(key, withPart(this.of(key), part));
  }
  /** A node is gone. Returns the groups that it had a part of. */
  gone(epoch: number): string[] {
    const some: string[] = [];
    for (const [key, parts] of this.byKey) {
      const left = withoutNode(parts, epoch);
      if (left === parts) continue;
      some.push(key);
      this.set(key, left);
    }
    return some;
  }
  /** All parts of all groups. */
  *all(): Generator<[key: string, part: Part]> {
    for (const [key, parts] of this.byKey) for (const part of parts) yield [key, part];
  }
  /** Parts of nodes that are gone. */
  dead(): [key: string, part: Part][] {
    return [...this.all()].filter(([, { isDead }]) => isDead);
  }
  private set(key: string, parts: readonly Part[]): void {
    if (parts.length > 0) this.byKey.set(key, parts);
    else this.byKey.delete(key);
  }
}
const NONE: readonly Part[] = [];

type Packed = { readonly k: string; readonly e: number; readonly s: number; readonly m: readonly PackedMembers[] };
type PackedMembers = readonly [account: string, connected: number, queueing: number, leaving: number];
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** What a node tells of a part; whether its node lives everybody knows. */
export function packShare(key: string, { epoch, stored, members }: Omit<Part, "isDead">): Uint8Array {
  const m = members.map(
    ({ account, connected, queueing, leaving }) => [account, connected, queueing, leaving] as const,
  );
  const packed: Packed = { k: key, e: epoch, s: stored, m };
  return utf8.encode(JSON.stringify(packed));
}
/** Reads what packShare wrote. */
export function unpackShare(bytes: Uint8Array): { readonly key: string; readonly part: Omit<Part, "isDead"> } {
  // a node of this version wrote it, and the record's checksum guards it
  const { k, e, s, m } = JSON.parse(text.decode(bytes)) as Packed;
  const members = m.map(
    ([account, connected, queueing, leaving]): PartMembers => ({ account, connected, queueing, leaving }),
  );
  return { key: k, part: { epoch: e, stored: s, members } };
}

/** Messages that one part hands to another. */
interface Handed {
  readonly key: string;
  /** Stored row of the part that they leave. */
  readonly from: number;
  /** Whose part is to have them. */
  readonly to: number;
}
/** @param entries as queues pack them */
export function packHanded({ key, from, to }: Handed, entries: Uint8Array): Uint8Array {
  return join({ key, from, to }, entries);
}
/** Reads what packHanded wrote. */
export function unpackHanded(bytes: Uint8Array): Handed & { readonly entries: Uint8Array } {
  const { header, entries } = partOfBytes(bytes);
  // as with packShare
  return { ...(header as Handed), entries };
}
