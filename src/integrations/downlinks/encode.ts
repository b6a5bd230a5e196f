import { createHash } from "node:crypto";
import { rowsOf } from "../../decoders/results.ts";
import type { Call, Outcome } from "../../decoders/types.ts";
import type { Downlink as Definition } from "../../fleet/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { bytesOf, messageOf } from "../../networks/downlinks/encoded.ts";
import { requestOf } from "../../networks/downlinks/http.ts";
import type { NetworkSettings, NetworkType } from "../../networks/downlinks/types.ts";
import { bytesIn } from "../../networks/downlinks/bytes.ts";
import type { Content, FieldValue } from "./types.ts";
import { metricsFrom } from "./metrics.ts";
import { loraInput, type Measurements, measurementsOf, told, type ValueNeeds } from "./values.ts";

/** From a product's downlink and values to what is sent. */

/** What encoding needs of the server. */
export interface EncodeNeeds extends ValueNeeds {
  /** Runs a script; the sandbox of decoders. */
  call(call: Call): Promise<Outcome>;
}
/** The network that the product names. */
export interface ProductNetwork extends NetworkSettings {
  readonly name: string;
  readonly type: NetworkType;
}
/** `content`: to be sent, never of the form `values`. `nothing`: the script wants nothing to be sent. */
export type Encoded =
  | { readonly is: "content"; readonly content: Content; readonly log: readonly string[] }
  | { readonly is: "nothing"; readonly log: readonly string[] }
  | { readonly is: "problem"; readonly problem: string; readonly log: readonly string[] }
  /** The sandbox has no room at the moment, or stops. */
  | { readonly is: "later"; readonly reason: string; readonly log: readonly string[] };

/**
 * @param given values that somebody gave, or the change of a field; they take the place of the current ones
 * @param network null: the product names none, or it is not needed
 */
export async function encode(
  needs: EncodeNeeds,
  definition: Definition,
  device: DeviceNode,
  given: Readonly<Record<string, unknown>>,
  network: ProductNetwork | null,
): Promise<Encoded> {
  const measurements = measurementsOf(needs, device, given);
  const { source, content, way, target, port } = definition;
  if (source !== "encoder") return plain(definition, measurements);
  const isLora = way === "network" && network?.type !== "http";
  const outcome = await needs.call({
    workspace: String(device.product.row.workspace),
    script: { id: hashOf(content), code: content },
    kind: isLora ? "downlink" : "outgoing",
    input: isLora ? loraInput(needs, definition, device, given, measurements) : { device: told(device), measurements },
    globals: {
      measurements,
      configurationValues: needs.configurationOf(device),
      device: told(device),
    },
  });
  const { log } = outcome;
  if (!outcome.ok) {
    if (outcome.reason === "busy" || outcome.reason === "stopped") return { is: "later", reason: outcome.message, log };
    const line = outcome.line === null ? "" : ` (line ${outcome.line})`;
    return { is: "problem", problem: `the encoder failed: ${outcome.message}${line}`, log };
  }
  const { warnings = [], ...read } = readResult(outcome.result, way, isLora, network, { port, target });
  return { ...read, log: [...log, ...warnings] };
}

/** warnings: what of its values was passed over. */
type Unlogged<T> = T extends { readonly log: unknown }
  ? Omit<T, "log"> & { readonly warnings?: readonly string[] }
  : never;

function readResult(
  result: unknown,
  way: Definition["way"],
  isLora: boolean,
  network: ProductNetwork | null,
  { port, target }: Pick<Definition, "port" | "target">,
): Unlogged<Encoded> {
  if (way === "field") return rowsFrom(result, target);
  if (way === "sparkplug") return metricsFrom(result, target);
  if (way === "broker") {
    const read = messageOf(result);
    if (read.is !== "message") return read;
    return { is: "content", content: { form: "message", topic: read.topic, payload: read.payload } };
  }
  if (!isLora) {
    const read = requestOf(result, network ?? { server: null, key: null });
    return read.is === "request" ? { is: "content", content: { form: "request", request: read.request } } : read;
  }
  const read = bytesOf(result);
  if (read.is !== "bytes") return read;
  return {
    is: "content",
    content: { form: "bytes", hex: Buffer.from(read.bytes).toString("hex"), port: read.port ?? port },
  };
}

/** Values for the fields of the device itself: `{FIELD: value}`, a list of `{field, value}`, or one value for the target. */
function rowsFrom(result: unknown, target: string | null): Unlogged<Encoded> {
  if (result === null || result === undefined) return { is: "nothing" };
  const bare = typeof result !== "object";
  if (bare && target === null)
    return { is: "problem", problem: "the encoder gave one value, and the downlink does not say for which field" };
  const { rows, errors, warnings, left } = bare
    ? { rows: [{ field: target ?? "", value: result as FieldValue }], errors: [], warnings: [], left: 0 } // no object: a plain value
    : rowsOf("Encoder", result);
  if (errors.length > 0) return { is: "problem", problem: errors.join("; ") };
  if (left > 0)
    return {
      is: "problem",
      problem: `the encoder gave ${rows.length + left} values; a downlink sets ${rows.length} at most, so none was set`,
    };
  if (rows.length === 0) return { is: "nothing", warnings };
  return {
    is: "content",
    content: { form: "rows", rows: rows.map(({ field, value }) => ({ field, value })) },
    warnings,
  };
}

/** What is always the same, or stands in a field. */
function plain({ source, content, way, target, port }: Definition, measurements: Measurements): Encoded {
  const log: readonly string[] = [];
  const value = source === "field" ? measurements[content]?.value : content;
  if (value === undefined) return { is: "problem", problem: `the field ${content} has no value yet`, log };
  if (way === "sparkplug") {
    const metrics = [{ metric: target ?? content, value: value as FieldValue }];
    return { is: "content", content: { form: "metrics", metrics }, log };
  }
  if (way === "field")
    return {
      is: "content",
      content: { form: "rows", rows: [{ field: target ?? "", value: value as FieldValue }] },
      log,
    };
  const bytes = source === "text" ? new TextEncoder().encode(String(value)) : bytesIn(String(value));
  if (bytes === null)
    return { is: "problem", problem: `the field ${content} holds neither hexadecimal digits nor base64`, log };
  return { is: "content", content: { form: "bytes", hex: Buffer.from(bytes).toString("hex"), port }, log };
}

function hashOf(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
