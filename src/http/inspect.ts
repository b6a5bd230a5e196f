import { z } from "zod";
import type { Principal } from "../auth/principal.ts";
import { CATALOGUE, isErrorCode, Refusal } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { quote } from "../measure/bytes.ts";
import { printTime } from "../measure/time.ts";
import { DOOR_KINDS, type DoorEvent, type DoorQuery } from "../store/ports.ts";
import { authenticate, stillListens } from "./access.ts";
import type { Handler, HttpDeps } from "./deps.ts";
import { checked, parametersOf } from "./query-request.ts";
import { type Streams, streamAnswer } from "./streams.ts";

/** The parameters of `GET /api/v1/inspect` and `GET /api/v1/inspect/live` that say which events. */
export const INSPECT_QUERY = {
  device: z
    .string()
    .max(200)
    .optional()
    .meta({ description: "`<product>/<id or serial>`: only what concerns this device." }),
  account: z.string().max(400).optional().meta({ description: "Only what this account did: its name, or its key." }),
  kind: z.enum(DOOR_KINDS).optional(),
};
const liveRequest = z.strictObject(INSPECT_QUERY);

/** `GET /api/v1/inspect/live`: the same as it comes, and what is accepted, as Server-Sent Events. */
export function inspectLive(deps: HttpDeps, streams: Streams): Handler {
  return (c) => {
    const principal = authenticate(deps, c);
    const wish = wishOf(deps, principal, checked(liveRequest, parametersOf(c)));
    // a stream that nobody reads would stay open
    if (c.req.raw.method === "HEAD") return new Response(null, { headers: { "Content-Type": "text/event-stream" } });
    let lost = 0;
    const stop = deps.doors.watch({
      wants: (event) => matches(wish, event) && mayInspect(principal, event),
      hear: (event) => {
        deps.metrics.streamEvents++;
        const seen = asSeenBy(principal, deps.directory, event);
        const text = JSON.stringify(shown(deps.directory, nameOf(deps), seen));
        if (lost === 0 && stream.push(`event: ${event.kind}\ndata: ${text}\n\n`)) return;
        lost++;
        deps.metrics.streamEventsLost++;
      },
    });
    const stream = openOr(stop, () =>
      streams.start(
        principal,
        () => stillListens(deps, c),
        () => ": still here\n\n",
        stop,
      ),
    );
    stream.taken = () => {
      if (lost === 0) return "";
      const text = `event: lost\ndata: ${JSON.stringify({ events: lost })}\n\n`;
      lost = 0;
      return text;
    };
    stream.push("retry: 2000\n\n");
    return streamAnswer(stream);
  };
}
/** What `open` answers; when it throws, `undo` is done first. */
function openOr<T>(undo: () => void, open: () => T): T {
  try {
    return open();
  } catch (error) {
    undo();
    throw error;
  }
}

/** How accounts are called. */
export function nameOf({ sessions }: HttpDeps): (key: string) => string {
  return (key) => sessions.nameOf(key);
}
/** See DoorQuery. */
export function visibleTo(principal: Principal): DoorQuery["visible"] {
  if (principal.operate) return null;
  const workspaces = [...principal.workspaces].filter((uid) => principal.may(uid, "devices"));
  return { workspaces, principal: principal.key };
}
/** Whether an event may be seen at this moment. */
export function mayInspect(principal: Principal, { workspace, principal: key }: DoorEvent): boolean {
  return principal.operate || key === principal.key || principal.may(workspace, "devices");
}
/**
 * An event as an account may see it: what was sent only where it may read what goes there. To manage devices is not to
 * read them (wire contract section 8).
 */
export function asSeenBy(principal: Principal, directory: Directory, event: DoorEvent): DoorEvent {
  if (principal.operate || event.principal === principal.key) return event;
  if (mayReadWhatWasSent(principal, directory, event)) return event;
  return { ...event, payload: null, base64: false, message: titleOf(event) };
}
/** What a refusal means, without what was sent: its message may quote that. */
function titleOf({ code, message }: DoorEvent): string | null {
  if (message === null) return null;
  return code !== null && isErrorCode(code) ? CATALOGUE[code].title : null;
}
function mayReadWhatWasSent(principal: Principal, directory: Directory, event: DoorEvent): boolean {
  if (event.device !== 0) {
    const device = directory.deviceByUid(event.device);
    return device !== undefined && principal.mayView(device);
  }
  // what was refused and is for no device that there is went nowhere
  if (event.kind !== "accepted") return true;
  const { free } = principal;
  return free !== null && free.workspace === event.workspace && free.mayReceive(event.topic ?? "");
}

type Wish = Pick<DoorQuery, "principal" | "device" | "kind">;

/** Whether an event is one that was asked for. */
export function matches({ principal, device, kind }: Wish, event: DoorEvent): boolean {
  return (
    (principal === undefined || principal === event.principal) &&
    (device === undefined || device === event.device) &&
    (kind === undefined || kind === event.kind)
  );
}

/** @throws Refusal unknown_device, not_found */
export function wishOf(deps: HttpDeps, principal: Principal, wish: z.output<typeof liveRequest>): Wish {
  const device = wish.device === undefined ? undefined : deviceOf(deps.directory, principal, wish.device).row.uid;
  const account = wish.account === undefined ? undefined : accountOf(deps, principal, wish.account);
  return { principal: account, device, kind: wish.kind };
}
/** @param name `<product>/<id or serial>` */
function deviceOf(directory: Directory, principal: Principal, name: string): DeviceNode {
  const [slug = "", id = ""] = name.split("/", 2);
  const device = directory.product(slug)?.device(id);
  const may = (node: DeviceNode) =>
    principal.operate ||
    principal.mayView(node) ||
    principal.mayRecord(node) ||
    principal.may(node.product.row.workspace, "devices");
  if (device && may(device)) return device;
  throw new Refusal("unknown_device", `There is no device ${quote(name)} that you may see; write <product>/<device>.`);
}
/** Of others only API users of workspaces whose events may be seen: nobody learns here who else there is. */
function accountOf({ directory, sessions }: HttpDeps, principal: Principal, name: string): string {
  const unknown = new Refusal("not_found", `There is no account ${quote(name)} whose events you may see.`);
  let key: string;
  try {
    key = sessions.keyOf(name);
  } catch (error) {
    if (error instanceof Refusal) throw unknown;
    throw error;
  }
  const workspace = key.startsWith("a:") ? directory.apiUser(Number(key.slice(2)))?.workspace : undefined;
  const may =
    principal.operate || key === principal.key || (workspace !== undefined && principal.may(workspace, "devices"));
  if (!may) throw unknown;
  return key;
}
/** An event as people see it, at every door. @param nameOf name of an account, by its key */
export function shown(directory: Directory, nameOf: (key: string) => string, e: DoorEvent) {
  const device = e.device === 0 ? undefined : directory.deviceByUid(e.device);
  return {
    time: printTime(e.time),
    kind: e.kind,
    account: e.principal === "" ? null : { key: e.principal, name: nameOf(e.principal) },
    workspace: directory.workspace(e.workspace)?.slug ?? null,
    device: device ? `${device.product.row.slug}/${device.row.id}` : null,
    client_id: e.client,
    address: e.remote,
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
