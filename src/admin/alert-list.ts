import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { SEVERITIES, type Severity } from "../fleet/rule-action-rows.ts";
import type { Workspace } from "../fleet/types.ts";
import type { Alert } from "../integrations/alerts/types.ts";
import type { AlertQuery, AlertState } from "../store/ports.ts";
import type { Asker, Powers } from "./actor.ts";
import { type AlertDeps, alertsOf, maySee } from "./alerts.ts";

/** Lists of alerts, and how many there are. */

export const ALERT_STATE_WISHES = ["active", "open", "acknowledged", "closed", "all"] as const;
/** Which states a wish means; undefined: any. */
const STATES: Readonly<Record<(typeof ALERT_STATE_WISHES)[number], readonly AlertState[] | undefined>> = {
  active: ["open", "acknowledged"],
  open: ["open"],
  acknowledged: ["acknowledged"],
  closed: ["closed"],
  all: undefined,
};
export const ALERT_ORDERS = ["newest", "severity"] as const;
/** Which alerts, and in which order. */
export const alertWish = {
  state: z.enum(ALERT_STATE_WISHES).default("active").meta({ description: "active: open or acknowledged." }),
  severity: z.enum(SEVERITIES).optional().meta({ description: "None that is less bad." }),
  order: z.enum(ALERT_ORDERS).default("newest").meta({
    description: "severity: the worst first, of one severity the newest; of alerts that are not closed.",
  }),
};
interface Wish extends Pick<AlertQuery, "device" | "rule" | "since" | "until"> {
  readonly workspace?: number | undefined;
  readonly state: (typeof ALERT_STATE_WISHES)[number];
  readonly severity?: Severity | undefined;
  readonly order: (typeof ALERT_ORDERS)[number];
}
/** An alert in a list; `id` is its place: those that come later have lower ones. */
interface Listed {
  readonly id: number;
  readonly alert: Alert;
}
/** Alerts of one severity have as many places. */
const PLACES = 2 ** 40;
/** Alerts that are read at once. */
const PIECE = 500;

/**
 * Alerts that who asks may see.
 * @param part at most `limit`, with places below `before`
 * @throws Refusal invalid_request: closed ones have no order of severity
 */
export async function listAlerts(
  { deps, who }: Asker<AlertDeps>,
  wish: Wish,
  { limit, before }: { readonly limit: number; readonly before: number | undefined },
): Promise<readonly Listed[]> {
  const states = STATES[wish.state];
  if (wish.order === "severity") {
    if (states?.includes("closed") !== false)
      throw new Refusal("invalid_request", "The order of severity is of alerts that are not closed.");
    return worstFirst(deps, who.principal, { ...wish, states }, before).slice(0, limit);
  }
  const query = { ...wish, states, least: wish.severity };
  const found: Listed[] = [];
  for (let last = before; ; ) {
    const some = await alertsOf(deps).list({ ...query, before: last, limit: PIECE });
    for (const alert of some) if (maySee(deps, who.principal, alert)) found.push({ id: alert.id, alert });
    last = some.at(-1)?.id;
    if (found.length >= limit || some.length < PIECE) return found.slice(0, limit);
  }
}
function worstFirst(
  deps: AlertDeps,
  who: Powers,
  wish: Omit<Wish, "state"> & { readonly states: readonly AlertState[] | undefined },
  before: number | undefined,
): Listed[] {
  const is = <T>(wanted: T | undefined, has: T) => wanted === undefined || wanted === has;
  const rank = (severity: Severity) => SEVERITIES.indexOf(severity);
  const found: Listed[] = [];
  for (const alert of alertsOf(deps).active()) {
    const id = rank(alert.severity) * PLACES + alert.id;
    const isWanted =
      is(wish.workspace, alert.workspace) &&
      is(wish.device, alert.device) &&
      is(wish.rule, alert.rule) &&
      wish.states?.includes(alert.state) !== false &&
      rank(alert.severity) >= rank(wish.severity ?? "info") &&
      alert.opened >= (wish.since ?? Number.NEGATIVE_INFINITY) &&
      alert.opened < (wish.until ?? Number.POSITIVE_INFINITY) &&
      id < (before ?? Number.POSITIVE_INFINITY);
    if (isWanted && maySee(deps, who, alert)) found.push({ id, alert });
  }
  return found.sort((a, b) => b.id - a.id);
}

/** How many alerts of a workspace are not closed, by severity, that who asks may see. */
export function countAlerts({ deps, who }: Asker<AlertDeps>, { uid }: Workspace) {
  const counts = Object.fromEntries(SEVERITIES.map((one) => [one, { open: 0, acknowledged: 0 }]));
  for (const alert of alertsOf(deps).active()) {
    if (alert.workspace !== uid || alert.state === "closed" || !maySee(deps, who.principal, alert)) continue;
    const one = counts[alert.severity];
    if (one !== undefined) one[alert.state]++;
  }
  // as they stand above
  return counts as Record<Severity, { open: number; acknowledged: number }>;
}
