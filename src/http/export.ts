import { Refusal } from "../base/errors.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { EXPORT_TYPES, type Encoder, encoderOf, partsOf } from "../history/export.ts";
import { fieldsNamed } from "../history/query.ts";
import type { Range } from "../history/types.ts";
import { authenticate } from "./access.ts";
import { nextTurn } from "./answer.ts";
import { checkRights, chooseDevices } from "./choose.ts";
import type { Handler, HttpContext, HttpDeps } from "./deps.ts";
import { checked, exportRequest, parametersOf } from "./query-request.ts";
import { parseRange } from "./range.ts";
import type { Reads } from "./reads.ts";
import { streamed } from "./stream.ts";
import { END_OF_TIME } from "../store/ports.ts";

/** A request that begins nowhere begins with everything. */
const BEGINNING = "1970-01-01";

/** Parts of some 1,000 rows, so that nothing else waits for long. */
const SMALLER = 20;

/**
 * `GET /v1/export?products=&devices=&fields=&from=&to=&format=csv|ndjson`: every measurement, one row each, as a stream
 * to the end. (Parquet is made by the command line: here it would hold up the broker.) Needs view on the devices and the workspace permission `exports`; rights are looked at again before each part.
 */
export function exportMeasurements(deps: HttpDeps, reads: Reads): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    reads.allow(c, principal);
    const request = checked(exportRequest, parametersOf(c));
    const devices = await chooseDevices(deps.directory, principal, request);
    mayExport(deps, c, devices);
    const range = parseRange(
      request.from ?? BEGINNING,
      request.to,
      // also what a clock that was ahead has stamped
      END_OF_TIME,
      ["from", "to"],
      reads.zones.of(request.zone),
    );
    const fields = fieldsNamed(request.fields, devices);
    const encoder = await encoderOf(request.format, { escapeFormulas: request.escape_formulas });
    return streamed(
      reads.parts(principal, parts(deps, c, devices, fields, range, encoder)),
      EXPORT_TYPES[request.format],
      deps.log,
      {
        "Content-Disposition": `attachment; filename="measurements.${request.format}"`,
      },
    );
  };
}

/** @throws Refusal not_permitted, unknown_token, expired_token */
function mayExport(deps: HttpDeps, c: HttpContext, devices: Iterable<DeviceNode>): void {
  const principal = authenticate(deps, c);
  for (const { product } of devices)
    if (!principal.may(product.row.workspace, "exports"))
      throw new Refusal("not_permitted", 'Exporting needs the workspace permission "exports".');
}

async function* parts(
  deps: HttpDeps,
  c: HttpContext,
  devices: readonly DeviceNode[],
  fields: ReadonlySet<string> | null,
  range: Range,
  encoder: Encoder,
): AsyncGenerator<Uint8Array> {
  const begin = encoder.begin();
  if (begin.length > 0) yield begin;
  for (const device of devices) {
    const names = { product: device.product.row.slug, device: device.row.id };
    for (const { row } of device.product.fields.values()) {
      const series = deps.series.idOf(device.row.uid, row.uid);
      if (series === undefined || fields?.has(row.id) === false) continue;
      for await (const part of partsOf(
        deps.store,
        { ...names, field: row.id, type: row.type, series },
        range,
        SMALLER,
      )) {
        checkRights(deps, c, [device]);
        mayExport(deps, c, [device]);
        const bytes = encoder.part(part);
        if (bytes.length > 0) yield bytes;
        await nextTurn();
      }
    }
  }
  yield encoder.end();
}
