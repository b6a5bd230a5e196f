import { z } from "zod";
import { BadValues, Refusal } from "../../base/errors.ts";
import { judged, pathText } from "../../base/voice.ts";
import { quote } from "../../measure/bytes.ts";
import { parseJsonText } from "../../measure/json.ts";
import { readJson } from "../../measure/strict-json.ts";
import { readBody } from "../kit/body.ts";
import type { HttpContext } from "../deps.ts";

const MAX_BODY = 256 * 1024;

const escapeFormulas = z
  .boolean()
  .default(false)
  .describe("CSV: a ' before text that a spreadsheet would run as a formula");
const name = z.string().min(1).max(200);
const names = (most: number) => z.array(name).max(most);

/** The body of `POST /v1/history`; the parameters of `GET /v1/history` have the same names. */
export const historyRequest = z.strictObject({
  products: names(1000).default([]).describe("slugs; all their devices that you may read, or those of `devices`"),
  devices: names(10_000).default([]).describe("ids or serials"),
  fields: names(100).default([]).describe("FIELD or FIELD:AGGREGATION; all fields when there is none"),
  from: z.string().max(64).optional().describe("ISO 8601, belongs to the range; 31 days before `to` by default"),
  to: z.string().max(64).optional().describe("ISO 8601, does not belong to the range; now by default"),
  resolution: z.string().max(20).optional().describe("raw, or 30s, 15m, 6h, 1d, 1w, 1mo, 1y and the like"),
  points: z.number().int().min(1).max(10_000_000).optional().describe("so many buckets, or points with `downsample`"),
  downsample: z.string().max(20).optional().describe("lttb: picks points that look like all of them"),
  aggregation: z.string().max(20).optional().describe("AVG, MIN, MAX, SUM, COUNT, FIRST, LAST or CHANGE"),
  fill: z.string().max(20).optional().describe("what empty buckets show: none (no row), null or locf"),
  look_back: z.boolean().optional().describe("locf begins with the last value before `from`"),
  zone: z.string().max(64).optional().describe("IANA time zone whose wall clock buckets follow"),
  limit: z.number().int().min(1).max(10_000_000).optional().describe("most rows of a JSON answer"),
  cursor: z.string().max(200).optional().describe("`next` of the answer before"),
  format: z.enum(["json", "ndjson", "csv"]).optional().describe("instead of the header Accept"),
  escape_formulas: escapeFormulas,
  overflow: z
    .boolean()
    .optional()
    .describe("CSV: a last column names the columns whose figure is too large for a number"),
});
export type HistoryRequest = z.output<typeof historyRequest>;

/** The parameters of `GET /v1/export`. */
export const exportRequest = z.strictObject({
  products: historyRequest.shape.products,
  devices: historyRequest.shape.devices,
  fields: names(100).default([]).describe("all fields when there is none"),
  from: z.string().max(64).optional().describe("ISO 8601, belongs to the range; the beginning by default"),
  to: z.string().max(64).optional().describe("ISO 8601, does not belong to the range; the end by default"),
  zone: z.string().max(64).optional().describe("IANA time zone of moments without an offset"),
  format: z
    .enum(["csv", "ndjson"])
    .default("csv")
    .describe("Parquet comes from the command line: it takes too long here"),
  escape_formulas: escapeFormulas,
});

const LISTS = new Set(["products", "devices", "fields"]);
const NUMBERS = new Set(["points", "limit"]);
const FLAGS = new Set(["look_back", "current", "idle", "escape_formulas", "overflow"]);
const TYPES: readonly (readonly [type: string, format: HistoryRequest["format"]])[] = [
  ["application/x-ndjson", "ndjson"],
  ["application/ndjson", "ndjson"],
  ["text/csv", "csv"],
];

/**
 * What a request asks for: the JSON body of a POST, the parameters of a GET (lists with commas).
 * @throws Refusal invalid_request that names the part that is wrong; value_too_large
 */
export async function readHistoryRequest(c: HttpContext): Promise<HistoryRequest> {
  if (c.req.method === "POST") return checked(historyRequest, await bodyOf(c));
  return checked(historyRequest, parametersOf(c), "parameter");
}

/**
 * Input that has the form of a schema.
 * @param part what the input is made of, for who reads the refusal
 * @throws BadValues invalid_request, which names every part that is wrong
 */
export function checked<S extends z.ZodType>(
  schema: S,
  given: unknown,
  part: "key" | "parameter" = "key",
): z.output<S> {
  const result = judged(schema, given);
  if ("data" in result) return result.data;
  const values = result.problems.map(({ path, key, message }) => ({
    path: key === undefined ? pathText(path) : "",
    message: key === undefined ? message : message.replace(/^unknown key/, `unknown ${part}`),
  }));
  throw new BadValues("invalid_request", values);
}

/** The format that is named, or that the header Accept names; JSON otherwise. */
export function formatOf(c: HttpContext, request: HistoryRequest): "json" | "ndjson" | "csv" {
  if (request.format) return request.format;
  const accept = (c.req.header("Accept") ?? "").toLowerCase();
  return TYPES.find(([type]) => accept.includes(type))?.[1] ?? "json";
}

async function bodyOf(c: HttpContext): Promise<unknown> {
  const body = await readBody(c.req.raw, MAX_BODY);
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  const json = parseJsonText(text);
  if (json !== undefined) return readJson(text);
  throw new Refusal("invalid_request", 'The body is not JSON; send {"devices": […], "fields": […], …}.');
}

/** Parameters as the body would have them; empty ones are absent. @throws Refusal invalid_request */
export function parametersOf(c: HttpContext): Record<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, values] of Object.entries(c.req.queries())) {
    const text = values.join(",");
    if (text === "") continue;
    if (LISTS.has(key))
      found.set(
        key,
        text.split(",").filter((one) => one !== ""),
      );
    else if (values.length > 1) throw new Refusal("invalid_request", `${quote(key)} is given more than once.`);
    else if (NUMBERS.has(key)) found.set(key, /^\d{1,9}$/.test(text) ? Number(text) : text);
    else if (FLAGS.has(key) && (text === "true" || text === "false")) found.set(key, text === "true");
    else found.set(key, text);
  }
  return Object.fromEntries(found); // own properties, whatever their names
}
