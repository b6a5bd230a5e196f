import { CATALOGUE, isErrorCode, Refusal } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";
import { deviceAt, type Sight } from "../fleet/named.ts";
import { quote } from "../measure/bytes.ts";
import { printTime } from "../measure/time.ts";
import type { InspectorEvent, EventQuery } from "../store/ports.ts";
import type { Asker, Powers } from "./actor.ts";
import { sightOf } from "./find.ts";
import { type AccountNames, accountKeyOf } from "./names.ts";

/** Events, as the inspector shows them: who may see them, and what of them. */

/** What events are shown and asked for with. */
interface Named {
  readonly directory: Directory;
  readonly fleet: AccountNames;
}
/** Which events, in names. */
interface NamedWish {
  /** `<product>/<id or serial>` */
  readonly device?: string | undefined;
  /** Name of an account, or its key. */
  readonly account?: string | undefined;
  readonly kind?: EventQuery["kind"];
}

/** Which events an account may see at all, for `EventQuery.visible`. */
export function visibleTo(principal: Powers): EventQuery["visible"] {
  if (principal.operate) return null;
  const workspaces = [...principal.workspaces].filter((uid) => principal.may(uid, "devices"));
  return { workspaces, principal: principal.key };
}
/** Whether an event may be seen at this moment. */
export function mayInspect(principal: Powers, { workspace, principal: key }: InspectorEvent): boolean {
  return principal.operate || key === principal.key || principal.may(workspace, "devices");
}
/**
 * An event as an account may see it: what was sent only where it may read what goes there. To manage devices is not to
 * read them (wire contract section 8).
 */
export function asSeenBy(principal: Powers, directory: Directory, event: InspectorEvent): InspectorEvent {
  if (principal.operate || event.principal === principal.key) return event;
  if (mayReadWhatWasSent(principal, directory, event)) return event;
  return { ...event, payload: null, base64: false, message: titleOf(event) };
}
/** What a refusal means, without what was sent: its message may quote that. */
function titleOf({ code, message }: InspectorEvent): string | null {
  if (message === null) return null;
  return code !== null && isErrorCode(code) ? CATALOGUE[code].title : null;
}
function mayReadWhatWasSent(principal: Powers, directory: Directory, event: InspectorEvent): boolean {
  if (event.device !== 0) {
    const device = directory.deviceByUid(event.device);
    return device !== undefined && principal.mayView(device);
  }
  // what it became may be of several devices
  if (event.kind === "pass") return false;
  // what was refused and is for no device that there is went nowhere
  if (event.kind !== "accepted") return true;
  return principal.mayReceive(event.workspace, event.topic ?? "");
}

/** Which events: of an account (key), of a device (uid), of a kind. */
type EventWish = Pick<EventQuery, "principal" | "device" | "kind">;

/** Whether an event is one that was asked for. */
export function matches({ principal, device, kind }: EventWish, event: InspectorEvent): boolean {
  return (
    (principal === undefined || principal === event.principal) &&
    (device === undefined || device === event.device) &&
    (kind === undefined || kind === event.kind)
  );
}

/** Which events a request asks for, its names resolved. @throws Refusal unknown_device, not_found */
export function eventWish(
  { deps, who: { principal: who } }: Asker<Named>,
  { device, account, kind }: NamedWish,
): EventWish {
  const sight = operators(who);
  return {
    principal: account === undefined ? undefined : accountWithEvents(deps, who, account),
    device: device === undefined ? undefined : deviceAt(deps.directory, device, sight).row.uid,
    kind,
  };
}
/** Operators see all events, so also those of devices that they may not read. */
function operators(who: Powers): Sight | undefined {
  const sight = sightOf(who);
  return sight && (who.operate ? { ...sight, product: () => true, device: () => true } : sight);
}
/** Of others only API users of workspaces whose events may be seen: nobody learns here who else there is. */
export function accountWithEvents({ directory, fleet }: Named, who: Powers, name: string): string {
  const unseen = new Refusal("not_found", `There is no account ${quote(name)} whose events you may see.`);
  let key: string;
  try {
    key = accountKeyOf(fleet, name);
  } catch (error) {
    // who sees everything is told what is wrong
    if (sightOf(who) !== undefined && error instanceof Refusal) throw unseen;
    throw error;
  }
  if (!mayKnowOf(directory, who, key)) throw unseen;
  return key;
}
/** Whether somebody may know what an account does: it is their own, an API user's whose devices they manage, or they operate. */
export function mayKnowOf(directory: Directory, who: Powers, key: string): boolean {
  if (who.operate || key === who.key) return true;
  const workspace = key.startsWith("a:") ? directory.apiUser(Number(key.slice(2)))?.workspace : undefined;
  return workspace !== undefined && who.may(workspace, "devices");
}

/** An event as people see it, whichever way they ask. */
export function shown({ directory, fleet }: Named, e: InspectorEvent) {
  const device = e.device === 0 ? undefined : directory.deviceByUid(e.device);
  return {
    time: printTime(e.time),
    kind: e.kind,
    account: e.principal === "" ? null : { key: e.principal, name: fleet.accountName(e.principal) },
    workspace: directory.workspace(e.workspace)?.slug ?? null,
    device: device ? `${device.product.row.slug}/${device.row.id}` : null,
    client_id: e.client,
    address: e.remote,
    transport: e.transport ?? null,
    tls: e.tls ?? null,
    code: e.code,
    message: e.message,
    topic: e.topic,
    payload: e.payload,
    base64: e.base64,
    bytes: e.bytes,
    commit_us: e.commit,
    delivered: e.delivered,
    count: e.count,
    ...(e.first !== undefined && { first_time: printTime(e.first) }),
  };
}
