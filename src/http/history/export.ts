import { Refusal } from "../../base/errors.ts";
import { Turns } from "../../base/turns.ts";
import type { Principal } from "../../auth/principal.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import { EXPORT_TYPES, encoderOf, partsOfAll } from "../../history/export.ts";
import type { Encoder, NamedSeries } from "../../history/types.ts";
import { fieldsNamed } from "../../history/query.ts";
import type { Range } from "../../history/types.ts";
import { chooseDevices } from "../../admin/readable.ts";
import { authenticate, checkRights } from "../kit/access.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";
import { checked, exportRequest, parametersOf } from "./query-request.ts";
import { parseRange } from "./range.ts";
import type { Reads } from "../kit/reads.ts";
import { streamed } from "../kit/stream.ts";
import { END_OF_TIME } from "../../store/ports.ts";

/** A request that begins nowhere begins with everything. */
const BEGINNING = "1970-01-01";

/** Rows of a part, so that nothing else waits for long. */
const PART = 1000;
/** Bytes that leave together: most series of a large fleet have few measurements. */
const CHUNK = 64 * 1024;

/**
 * `GET /v1/export?products=&devices=&fields=&from=&to=&format=csv|ndjson`: every measurement, one row each, as a stream
 * to the end. (Parquet is made by the command line: here it would hold up the broker.) Needs view on the devices and the workspace permission `exports`; rights are looked at again before each part.
 */
export function exportMeasurements(deps: HttpDeps, reads: Reads): Handler {
  return async (c) => {
    const principal = authenticate(deps, c);
    reads.allow(c, principal);
    const request = checked(exportRequest, parametersOf(c), "parameter");
    const devices = await chooseDevices(deps.directory, principal, request);
    mayExport(principal, new Set(devices.map(({ product }) => product)));
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
      reads.parts(principal, parts(deps, c, seriesOf(deps, devices, fields), range, encoder)),
      EXPORT_TYPES[request.format],
      deps.log,
      {
        "Content-Disposition": `attachment; filename="measurements.${request.format}"`,
      },
    );
  };
}

/**
 * @param products of what is exported: the permission is of their workspaces
 * @throws Refusal not_permitted
 */
function mayExport(principal: Principal, products: Iterable<ProductNode>): void {
  for (const { row } of products)
    if (!principal.may(row.workspace, "exports"))
      throw new Refusal("not_permitted", 'Exporting needs the workspace permission "exports".');
}

/** A series, and whose it is. */
interface Exported extends NamedSeries {
  readonly node: DeviceNode;
}

/** Those that were ever recorded, device by device. */
function* seriesOf(
  { series }: HttpDeps,
  devices: readonly DeviceNode[],
  fields: ReadonlySet<string> | null,
): Generator<Exported> {
  for (const node of devices) {
    const names = { node, product: node.product.row.slug, device: node.row.id };
    for (const { row } of node.product.fields.values()) {
      const id = series.idOf(node.row.uid, row.uid);
      if (id !== undefined && fields?.has(row.id) !== false)
        yield { ...names, field: row.id, type: row.type, series: id };
    }
  }
}

async function* parts(
  deps: HttpDeps,
  c: HttpContext,
  series: Iterable<Exported>,
  range: Range,
  encoder: Encoder,
): AsyncGenerator<Uint8Array> {
  const begin = encoder.begin();
  if (begin.length > 0) yield begin;
  const turns = new Turns();
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const part of partsOfAll(deps.store, series, range, { part: PART })) {
    mayExport(checkRights(deps, c, [part.node]), [part.node.product]);
    const bytes = encoder.part(part);
    waiting.push(bytes);
    size += bytes.length;
    const over = turns.over;
    if (over || size >= CHUNK) {
      if (size > 0) yield Buffer.concat(waiting, size);
      [waiting, size] = [[], 0];
    }
    if (over) await turns.next();
  }
  yield Buffer.concat([...waiting, encoder.end()]);
}
