import { mustStillRead, type Reader } from "../../admin/readable.ts";
import { Refusal } from "../../base/errors.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { SharedReader } from "../../people/shared-reader.ts";
import { allow } from "../api/allow.ts";
import type { HandlerNeeds } from "../api/route.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";

/** Who asks by a link: the header `Authorization: Share <key>`, which nothing but these operations knows. */

/** @throws Refusal link_over, password_needed */
export function sharedReader({ shares }: Pick<HttpDeps, "shares">, c: HttpContext): SharedReader {
  const [scheme = "", key = "", ...rest] = (c.req.header("Authorization") ?? "").trim().split(/\s+/);
  if (scheme.toLowerCase() === "share" && rest.length === 0) return shares.reader(key);
  throw new Refusal(
    "link_over",
    "Send the header: Authorization: Share <key>, with the key that opening the link gave.",
  );
}
/** The same, counted. @throws Refusal rate_limited */
export function allowedReader({ deps, pace }: Pick<HandlerNeeds, "deps" | "pace">, c: HttpContext): SharedReader {
  const reader = sharedReader(deps, c);
  allow({ deps, pace }, c, reader.key);
  return reader;
}

/**
 * Whether fields of devices are among what the link shows.
 * @param fields as a question about the history names them: FIELD, or FIELD:AGGREGATION
 * @throws Refusal unknown_field, unknown_device
 */
export function mustBeShown(reader: SharedReader, fields: readonly string[], devices: readonly DeviceNode[]): void {
  mustStillRead(reader satisfies Reader, devices);
  if (fields.length === 0) throw new Refusal("unknown_field", "Name the fields: this link shows some of them alone.");
  for (const text of fields) {
    const id = (text.split(":", 1)[0] ?? "").trim().toUpperCase();
    for (const device of devices) {
      const field = device.product.fields.get(id);
      if (field !== undefined && reader.shows(device, field)) continue;
      throw new Refusal("unknown_field", `This link does not show the field ${JSON.stringify(id.slice(0, 80))}.`);
    }
  }
}
