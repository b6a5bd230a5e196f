import type { Event, Instance, Storage, Webhook } from "../../../../sdk/operations.js";

/** What needs somebody: pure sums over what the API tells. */

/** A certificate that ends sooner, ms. */
const SOON = 30 * 86_400_000;
/** Less of the disk free than this share of what is stored. */
const TIGHT = 1;
/** Less free than this, bytes, whatever is stored. */
const LEAST_FREE = 1e9;

/** Refusals of a workspace, counted by their reason, the most frequent first. */
export function refusalsOf(events: readonly Event[], workspace: string) {
  const found = new Map<string, { code: string; message: string; count: number; device: string | null }>();
  for (const event of events) {
    if (event.workspace !== null && event.workspace !== workspace) continue;
    const code = event.code ?? event.kind;
    const known = found.get(code);
    if (known === undefined)
      found.set(code, { code, message: event.message ?? code, count: event.count, device: event.device });
    else known.count += event.count;
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

export function failingOf(webhooks: readonly Webhook[]): readonly Webhook[] {
  return webhooks.filter(({ state, dead_letters }) => state === "failing" || dead_letters > 0);
}

/** Days until the listeners' certificate ends, where that is soon and it is not renewed by itself; null: nothing to do. */
export function certificateEnds({ certificate }: Pick<Instance, "certificate">, now: number): number | null {
  if (certificate === null || certificate.own_ca) return null;
  const left = Date.parse(certificate.not_after) - now;
  return left > SOON ? null : Math.floor(left / 86_400_000);
}

/** Bytes that are free, where they are few; null: there is room, or nobody knows. */
export function diskTight({ disk_free_bytes, file_bytes }: Pick<Storage, "disk_free_bytes" | "file_bytes">) {
  if (disk_free_bytes === null) return null;
  return disk_free_bytes < Math.max(LEAST_FREE, file_bytes * TIGHT) ? disk_free_bytes : null;
}
