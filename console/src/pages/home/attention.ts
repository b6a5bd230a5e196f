import type { ApiUser, Event, ExternalBroker, Instance, Storage, Webhook } from "../../../../sdk/operations.js";

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

/** External brokers that nothing is exchanged with, or only a part, and why. */
export function failingBrokers(brokers: readonly ExternalBroker[]): readonly { broker: ExternalBroker; why: string }[] {
  return brokers.flatMap((broker) => {
    if (broker.state === "paused") return [];
    const why = broker.state === "error" ? (broker.reason ?? "") : broker.troubles[0]?.reason;
    return why === undefined ? [] : [{ broker, why }];
  });
}

/** Tokens that end sooner need another one, ms. */
export const TOKENS_SOON = 14 * 86_400_000;
/** So many of them have a line each. */
export const MOST_TOKENS = 5;
/** Who has let a token end so long ago does not miss it, ms. */
const FORGOTTEN = 30 * 86_400_000;

/** API users that can log in no more soon, or since a while, and in how many days; the soonest first. */
export function endingTokens(users: readonly ApiUser[], now: number): readonly { user: ApiUser; days: number }[] {
  return users
    .flatMap((user) => {
      const left = user.tokens_end === null ? Number.POSITIVE_INFINITY : Date.parse(user.tokens_end) - now;
      return left > TOKENS_SOON || left < -FORGOTTEN ? [] : [{ user, days: Math.floor(left / 86_400_000) }];
    })
    .sort((a, b) => a.days - b.days);
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
