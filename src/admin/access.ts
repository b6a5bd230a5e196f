import { z } from "zod";
import { type Held, heldBy, heldOnDevice, heldOnProduct } from "../auth/held.ts";
import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../base/errors.ts";
import { lineOf } from "./rights.ts";
import { nearTopic } from "./near-topic.ts";
import * as values from "./values.ts";
import type { AccessPort, AdminDeps } from "./types.ts";

/** What a client would be answered: whether an account may do something on a topic, why, and what would work. */

export const ACTIONS = ["publish", "subscribe"] as const;
export const accessWish = z.strictObject({
  who: values.named,
  action: z.enum(ACTIONS),
  topic: z.string().min(1).max(65_535),
});

/** The product and device that a topic or filter names, where the account may see them. */
interface Place {
  readonly product: string;
  readonly device: string | null;
}
interface AccessAnswer {
  readonly allowed: boolean;
  /** Why not, as the client would be told; null: it is allowed. */
  readonly refusal: { readonly code: string | null; readonly message: string } | null;
  /** What is to be known although it is allowed: how the filter is read, that nothing of its name is there. */
  readonly notes: readonly string[];
  /** A topic like it that would work; null: none is known. */
  readonly instead: string | null;
  /** What of the topic there is; null: it names no product that the account sees. */
  readonly on: Place | null;
  /** What the account holds there: on the device, or else on all of the product. */
  readonly held: readonly Held[];
}

type Deps = Pick<AdminDeps, "directory" | "access">;
type Asking = Deps & { readonly access: AccessPort };

/**
 * Asks the server's own rules; nothing is recorded or subscribed.
 * @param only uid of a workspace beyond which nothing is told; null: all
 * @throws Refusal not_available; not_permitted: the topic is of somewhere else
 */
export function checkAccess(
  deps: Deps,
  who: Principal,
  action: (typeof ACTIONS)[number],
  topic: string,
  only: number | null = null,
): AccessAnswer {
  const { access, directory } = deps;
  if (access === undefined) throw new Refusal("not_available", "Only a running server can be asked: start it.");
  const { prefix } = access;
  const roots = { prefix, root: action === "publish" ? `${prefix}-pub` : prefix };
  const named = placeOf({ access, directory }, who, topic);
  if (only !== null && named?.product.row.workspace !== only)
    throw new Refusal("not_permitted", "Of others, only topics of products of this workspace can be asked for.");
  const on = named && { product: named.product.row.slug, device: named.device?.row.id ?? null };
  const all = heldBy(directory, who.key).filter(({ workspace }) => only === null || workspace === only);
  const there = named && (named.device ? heldOnDevice(all, named.device) : heldOnProduct(all, named.product));
  const place = { on, held: there ?? [] };
  if (action === "publish") {
    const refusal = access.publish(who, topic);
    const instead =
      refusal === null ? null : nearTopic(directory, roots, who, topic, (t) => access.publish(who, t) === null);
    return {
      allowed: refusal === null,
      refusal: refusal && { code: refusal.code, message: refusal.message },
      notes: [],
      instead,
      ...place,
    };
  }
  const answer = access.subscribe(who, topic);
  const works = (filter: string) => {
    const other = access.subscribe(who, filter);
    return other.granted && other.absent === null;
  };
  if (!answer.granted) {
    const refusal = { code: null, message: answer.message };
    return {
      allowed: false,
      refusal,
      notes: [],
      instead: nearTopic(directory, roots, who, topic, works),
      ...place,
    };
  }
  const notes = [answer.note, answer.absent].filter((note) => note !== null);
  const instead = answer.absent === null ? null : nearTopic(directory, roots, who, topic, works);
  return { allowed: true, refusal: null, notes, instead, ...place };
}

/** The same for an account that is named, at the command line. @throws Refusal not_found besides */
export function checkAccessOf(deps: Deps & Pick<AdminDeps, "fleet">, wish: z.output<typeof accessWish>) {
  const key = deps.fleet.keyOf(wish.who);
  const who = deps.access?.account(key);
  if (deps.access !== undefined && !who) throw new Refusal("not_found", "There is no such account.");
  // without a server it throws before it looks at the account
  const { held, ...answer } = checkAccess(deps, who as Principal, wish.action, wish.topic);
  const because = held.map((one) => lineOf(deps.directory, one));
  return { account: deps.fleet.accountName(key), ...answer, because };
}

/** The product that a topic of the platform names, and the device in it, as far as the account sees them. */
function placeOf({ directory, access: { prefix } }: Asking, who: Principal, topic: string) {
  const levels = bare(topic).split("/");
  if (![prefix, `${prefix}-pub`, `${prefix}-errors`].includes(levels[0] ?? "")) return null;
  const product = directory.product(levels[1] ?? "");
  if (!product || !who.seesProduct(product)) return null;
  const device = product.device(levels[2] ?? "");
  return { product, device: device && (who.mayView(device) || who.mayRecord(device)) ? device : null };
}
function bare(filter: string): string {
  return filter.startsWith("$share/") ? filter.split("/").slice(2).join("/") : filter;
}
