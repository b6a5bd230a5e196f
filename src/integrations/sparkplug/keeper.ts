import { Definitions, type StoredDefinition } from "../../sparkplug/definitions.ts";
import type { JournalRow, JournalStore, StoreOp } from "../../store/ports.ts";
import { isLevel } from "../../topic/names.ts";
import { objectIn, valueIn } from "../downlinks/stored.ts";
import type { MetricNames } from "./metric-names.ts";
import type { HostNode, HostNodes } from "./nodes.ts";

/** Rows that are read at once. */
const PIECE = 500;

type Journal = "parts" | "sessions" | "names";
const nameOf = (host: number, journal: Journal) => `sparkplug ${journal} of ${host}`;

/** A part of a node as it is stored. */
interface StoredPart {
  readonly group: string;
  readonly node: string;
  readonly device: string | null;
  readonly alive: boolean;
  readonly since: number;
  readonly born: number;
  readonly metrics: readonly StoredDefinition[];
}

/** Brings back what the store has of a host. @param host uid */
export async function loadHost(store: JournalStore, host: number, nodes: HostNodes, names: MetricNames): Promise<void> {
  names.load(await rowsOf(store, nameOf(host, "names")));
  const byKey = new Map<number, HostNode>();
  for (const { key, body } of await rowsOf(store, nameOf(host, "parts"))) {
    const part = partIn(body);
    const node = part === null ? null : nodes.of(part);
    if (part === null || node === null) continue;
    const { device, alive, since, born, metrics } = part;
    nodes.known(node, device, key);
    if (device === null) byKey.set(key, node);
    node.edge.parts.set(device, { definitions: Definitions.stored(metrics), alive, since, born, awaits: false });
  }
  for (const { key, body } of await rowsOf(store, nameOf(host, "sessions"))) {
    const value = valueIn(body);
    const [seq, bdSeq, taken] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    const node = byKey.get(key);
    if (node === undefined || typeof taken !== "number") continue;
    node.taken = taken;
    node.edge.restore({
      seq: typeof seq === "number" ? seq : null,
      bdSeq: typeof bdSeq === "string" && /^-?\d{1,20}$/.test(bdSeq) ? BigInt(bdSeq) : null,
    });
  }
}
function partIn(body: string): StoredPart | null {
  const { group, node, device, alive, since, born, metrics } = objectIn(body) ?? {};
  const isId = (id: unknown): id is string => typeof id === "string" && isLevel(id);
  if (!isId(group) || !isId(node) || (device !== null && !isId(device))) return null;
  if (typeof since !== "number" || typeof born !== "number" || !Array.isArray(metrics)) return null;
  return { group, node, device, alive: alive === true, since, born, metrics: metrics.filter(isDefinition) };
}
function isDefinition(value: unknown): value is StoredDefinition {
  if (!Array.isArray(value)) return false;
  const [name, alias, type, unit] = value as readonly unknown[];
  const isAlias = alias === null || (typeof alias === "string" && /^\d{1,20}$/.test(alias));
  return typeof name === "string" && isAlias && typeof type === "number" && (unit === null || typeof unit === "string");
}
async function rowsOf(store: JournalStore, journal: string): Promise<JournalRow[]> {
  const rows: JournalRow[] = [];
  for (let before: number | undefined; ; before = rows.at(-1)?.key) {
    const piece = await store.readJournal({ journal, before, limit: PIECE });
    rows.push(...piece);
    if (piece.length < PIECE) return rows;
  }
}

/** What of a host has changed since this was asked last. @param now µs */
export function changesOf(host: number, nodes: HostNodes, names: MetricNames, now: number): readonly StoreOp[] {
  const parts: JournalRow[] = [];
  const sessions: JournalRow[] = [];
  for (const node of nodes) {
    for (const device of node.changed) {
      const part = node.edge.parts.get(device);
      if (part === undefined) continue;
      const { definitions, alive, since, born } = part;
      const stored: StoredPart = { ...node.part(device), alive, since, born, metrics: definitions.store };
      parts.push({ key: nodes.keyOf(node, device), time: now, body: JSON.stringify(stored) });
    }
    node.changed.clear();
    // a node that was never born has no row, and nothing worth being kept
    const key = node.keys.get(null);
    if (!node.isChanged || key === undefined) continue;
    node.isChanged = false;
    const { seq, bdSeq } = node.edge.session;
    sessions.push({ key, time: now, body: JSON.stringify([seq, bdSeq?.toString() ?? null, node.taken]) });
  }
  const put = (journal: Journal, rows: readonly JournalRow[]): readonly StoreOp[] =>
    rows.length === 0 ? [] : [{ op: "journal_put", journal: nameOf(host, journal), rows }];
  return [...put("names", names.take()), ...put("parts", parts), ...put("sessions", sessions)];
}

/** A node is not followed any more. */
export function forgetNode(host: number, { keys }: HostNode): readonly StoreOp[] {
  const own = keys.get(null);
  return [
    { op: "journal_delete", journal: nameOf(host, "parts"), keys: [...keys.values()] },
    ...(own === undefined ? [] : [{ op: "journal_delete", journal: nameOf(host, "sessions"), keys: [own] } as const]),
  ];
}
/** A host is gone. */
export function forgetHost(host: number): readonly StoreOp[] {
  const journals: readonly Journal[] = ["parts", "sessions", "names"];
  return journals.map((journal) => ({ op: "journal_trim", journal: nameOf(host, journal), below: null }));
}
