import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import type { DeviceNode } from "../../fleet/directory.ts";
import type { Range } from "../../history/types.ts";
import { parseZone } from "../../measure/zone.ts";
import { erase } from "../../admin/erase.ts";
import { findReadable, mustStillRead } from "../../admin/readable.ts";
import { authenticate } from "../kit/access.ts";
import { jsonText } from "../kit/answer.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";
import { parseRange } from "../history/range.ts";

/**
 * `DELETE /v1/devices/<id or serial>/historic_data/?fields=A,B&timeframe_start=…&timeframe_end=…&dry_run=true`: deletes what a
 * device measured in a range, of all fields when none is named; current values stay (docs/retention.md "Deleting a range of
 * time"). Both ends must be said. It needs view on the device and the workspace permission `devices`. A dry run answers with `datapoints_affected` and
 * deletes nothing.
 */
export function deleteHistory(deps: HttpDeps): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    const device = findReadable(deps.directory, principal, c.req.param("id") ?? "");
    mustManage(principal, device);
    const range = rangeOf(c, deps.clock.micros());
    const dryRun = flagOf(c);
    const fields = (c.req.query("fields") ?? "").split(",").filter((name) => name.trim() !== "");
    const by = { key: principal.key, name: principal.name, from: c.env.remoteAddress };
    const { product, row } = device;
    const wish = { product, devices: [device], named: [row.id], fields, range, by };
    const { measurements } = await erase(deps, wish, dryRun);
    if (!dryRun) return jsonText('{"ok":true,"dry_run":false}');
    // Rights may have changed while it was counted, and obey at once (wire contract section 2).
    mustManage(authenticate(deps, c), device);
    return jsonText(JSON.stringify({ ok: true, dry_run: true, datapoints_affected: measurements }));
  };
}

/** @throws Refusal unknown_device, not_permitted */
function mustManage(principal: Principal, device: DeviceNode): void {
  mustStillRead(principal, [device]);
  if (principal.may(device.product.row.workspace, "devices")) return;
  throw new Refusal("not_permitted", 'Deleting measurements needs the workspace permission "devices".');
}

/** @throws Refusal invalid_request: nothing is deleted by a default */
function rangeOf(c: HttpContext, now: number): Range {
  const [start, end] = [c.req.query("timeframe_start") ?? "", c.req.query("timeframe_end") ?? ""];
  const missing = start === "" ? "timeframe_start" : end === "" ? "timeframe_end" : null;
  if (missing !== null)
    throw new Refusal("invalid_request", `${missing}: is missing; say from when to when measurements are deleted.`);
  const range = parseRange(start, end, now, undefined, parseZone(c.req.query("zone")));
  if (range.from < range.to) return range;
  throw new Refusal("invalid_request", "timeframe_end: must be later than timeframe_start.");
}

/** @throws Refusal invalid_request */
function flagOf(c: HttpContext): boolean {
  const text = (c.req.query("dry_run") ?? "").toLowerCase();
  if (text === "true") return true;
  if (text === "" || text === "false") return false;
  throw new Refusal("invalid_request", "dry_run: use true (only count) or false (delete).");
}
