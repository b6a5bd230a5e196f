import { BadValues, Refusal } from "../base/errors.ts";
import type { Actor as AuditActor } from "../fleet/audit.ts";
import { PLAIN_DOWNLINK } from "../fleet/edit/downlinks.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { Downlink as Definition } from "../fleet/types.ts";
import type { Wish } from "../integrations/downlinks/intake.ts";
import type { Content, Downlink } from "../integrations/downlinks/types.ts";
import { bytesOf, definitionOf, type SendWish } from "./downlink-wish.ts";
import type { AdminDeps } from "./types.ts";
import type { DownlinkPort } from "../integrations/downlinks/port.ts";

/** Downlinks to a device: sent, followed, taken back. */

/** What a downlink is made of, and what its encoder wrote. */
interface Made {
  readonly content: Content;
  readonly log: readonly string[];
  readonly definition: Definition | null;
}

/** @throws Refusal not_available: no server runs that would send it */
export function portOf({ downlinks }: Pick<AdminDeps, "downlinks">): DownlinkPort {
  if (downlinks !== undefined) return downlinks;
  throw new Refusal(
    "not_available",
    "Downlinks are sent by a running server, and none has this data folder. Start it.",
  );
}

/**
 * Takes a downlink for a device, or with dry_run tells what it would be.
 * @returns null beside what would be sent: nothing was
 * @throws Refusal invalid_request, not_found, quota_exceeded, storage_unavailable
 */
export async function sendDownlink(
  deps: Pick<AdminDeps, "directory" | "audit" | "downlinks">,
  device: DeviceNode,
  wish: SendWish,
  by: AuditActor,
): Promise<{ readonly sent: Downlink | null; readonly content: Content; readonly log: readonly string[] }> {
  const served = portOf(deps);
  const { content, log, definition } = await madeOf(served, deps, device, wish);
  if (wish.dry_run === true) return { sent: null, content, log };
  const { confirmed, replace, wait: seconds } = { ...(definition ?? PLAIN_DOWNLINK), ...stated(wish) };
  const what: Wish = { device, name: definition?.name ?? null, by: by.key, content, confirmed, replace, wait: seconds };
  const sent = await served.service.intake.send(what);
  await note(deps, served, device, "downlink.send", sent, by);
  return { sent, content, log };
}

/** @throws Refusal not_found, immutable, storage_unavailable */
export async function cancelDownlink(
  deps: Pick<AdminDeps, "audit" | "downlinks">,
  device: DeviceNode,
  id: string,
  by: AuditActor,
): Promise<Downlink> {
  const served = portOf(deps);
  const cancelled = await served.service.cancel(device.row.uid, id, by.name);
  await note(deps, served, device, "downlink.cancel", cancelled, by);
  return cancelled;
}

function note(
  { audit }: Pick<AdminDeps, "audit">,
  { now }: DownlinkPort,
  { row, product }: DeviceNode,
  action: string,
  { id, name }: Downlink,
  by: AuditActor,
): Promise<void> {
  const target = { workspace: product.row.workspace, target: row.uid, name: `${product.row.slug}/${row.id}` };
  return audit.addAudit([{ time: now(), by, action, ...target, before: null, after: { id, downlink: name } }]);
}

async function madeOf(
  { sender }: DownlinkPort,
  { directory }: Pick<AdminDeps, "directory">,
  device: DeviceNode,
  wish: SendWish,
): Promise<Made> {
  const given = (["downlink", "draft", "hex", "base64", "text"] as const).filter((one) => wish[one] !== undefined);
  if (given.length !== 1)
    throw new BadValues("invalid_request", [
      { path: "", message: "Say what to send: one of downlink, hex, base64 and text." },
    ]);
  const definition = definitionOf(directory, device, wish);
  if (definition === null) return { content: bytesOf(wish), log: [], definition };
  if (wish.port !== undefined)
    throw new BadValues("invalid_request", [
      { path: "port", message: "A downlink of the product says its port itself." },
    ]);
  const encoded = await sender.encoded(device, definition, wish.values ?? {});
  const { log } = encoded;
  if (encoded.is === "content") return { content: encoded.content, log, definition };
  if (encoded.is === "later") throw new Refusal("overloaded", `The encoder cannot run now: ${encoded.reason}.`);
  const why = encoded.is === "nothing" ? "the encoder gave nothing to send" : encoded.problem;
  const said = log.length === 0 ? "" : ` It wrote: ${log.slice(-5).join(" / ").slice(0, 500)}`;
  throw new BadValues("invalid_request", [{ path: "values", message: `${why}.${said}` }]);
}

function stated({ confirmed, replace, wait: seconds }: SendWish) {
  return {
    ...(confirmed !== undefined && { confirmed }),
    ...(replace !== undefined && { replace }),
    ...(seconds !== undefined && { wait: seconds }),
  };
}
