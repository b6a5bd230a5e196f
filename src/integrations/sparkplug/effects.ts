import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import type { Sparkplug } from "../../fleet/types.ts";
import { stateTopic } from "../../sparkplug/topics.ts";
import type { HostNode } from "./nodes.ts";
import { deviceOf, productOf } from "./rows.ts";
import { askForBirth } from "./state.ts";
import type { SparkplugNeeds } from "./types.ts";

/** Why a host cannot act; null: it can. */
export function obstacleOf(row: Sparkplug, principal: Principal | undefined): string | null {
  if (!row.active) return "It is switched off.";
  if (principal === undefined) return "Its account is gone: give it another one.";
  if (principal.free === null)
    return "Its account may do nothing on free topics, or the server runs without --free-topics.";
  const state = stateTopic(row.host);
  return principal.free.mayPublish(state) ? null : `Its account may not publish on ${state}.`;
}

/** Why a birth is asked for that a person wishes. */
export const BY_HAND = "somebody asked for it";

/** What a host does beside recording. */
export class Effects {
  constructor(private readonly needs: SparkplugNeeds) {}

  /** Asks a node for its births, where the host may. @returns why it could not */
  ask(row: Sparkplug, principal: Principal | undefined, node: HostNode, reason: string): Refusal | null {
    node.lastAsked = reason;
    if (principal === undefined || (!row.rebirth && reason !== BY_HAND)) return null;
    node.rebirths++;
    const refusal = askForBirth(this.needs, row, principal, node.speaker);
    return refusal === null ? null : new Refusal(refusal.code, refusal.message);
  }
  /** Its device here is there while the part is alive, and (as far as this host says) not any more when it is not. */
  present(row: Sparkplug, node: HostNode, device: string | null, isSaid: boolean): void {
    const part = node.part(device);
    const isThere = isSaid && node.edge.parts.get(device)?.alive === true;
    const product = productOf(this.needs.directory, row, part);
    const found = product === undefined ? undefined : deviceOf(product, part);
    this.needs.present(node.speaking(device), isThere ? (found ?? null) : null);
  }
}
