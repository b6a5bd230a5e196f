import { z } from "zod";
import { type Address, record } from "../compat/record.ts";
import { findDevice } from "./find.ts";
import { exportMeasurements } from "../history/export.ts";
import { inspectLive, INSPECT_QUERY } from "../events/inspect.ts";
import { liveChanges, liveRequest } from "../events/live.ts";
import { queryHistory } from "../history/own.ts";
import { exportRequest, historyRequest } from "../history/query-request.ts";
import type { AnyDescribed, Described, Handled } from "./route.ts";
import { value } from "./values.ts";

/** History, exports and streams: operations that answer in several forms, as long as it takes. */

const SSE = "text/event-stream";
const NDJSON = "application/x-ndjson";
const CSV = "text/csv";

const row = z
  .object({ time: z.string(), product: z.string(), device: z.string() })
  .catchall(value.nullable())
  .meta({ id: "HistoryRow", description: "A time of a device, with the value of each field that was asked for." });
const history = z
  .object({
    rows: z.array(row),
    next: z.string().nullable().meta({ description: "Cursor of the next page of raw rows; null: this is the last." }),
  })
  .meta({ id: "History" });

/** Lists stand with commas between in an address. */
const inAddress = (schema: z.ZodObject) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(schema.shape).map(([name, part]) => {
        const description = (part as z.ZodType).description ?? "";
        const isList = /^(?:products|devices|fields)$/.test(name);
        return [
          name,
          isList
            ? z
                .string()
                .optional()
                .meta({ description: `With commas between: ${description}` })
            : part,
        ];
      }),
    ),
  );

const REFUSALS = ["unknown_product", "unknown_device", "ambiguous_device", "unknown_field", "not_permitted"] as const;
const asked: Pick<Described<z.ZodObject, z.ZodType, z.ZodType>, "tag" | "result" | "contents" | "refusals"> = {
  tag: "Measurements",
  result: history,
  contents: [NDJSON, CSV],
  refusals: [...REFUSALS, "answer_too_large", "rate_limited"],
};
const HISTORY =
  "The measurements of one device or of many, as they were or in buckets of time. Rows come device by device, in the order of time. " +
  "JSON comes in pages, NDJSON and CSV as one stream to the end. docs/history.md has the words of the request.";

function handled(described: AnyDescribed, handler: Handled["handler"]): Handled {
  return { described, handler };
}

const rows = z
  .union([
    z.array(z.object({ field: z.string(), value, timestamp: z.union([z.number(), z.string()]).optional() })),
    z.record(z.string(), value),
  ])
  .meta({
    id: "Rows",
    description:
      "Rows with a field, a value and, if you like, a timestamp; or values by field. Either all of it is recorded, or nothing.",
  });

/** The device that the address names, in its product. */
const IN_PRODUCT: Address = {
  isBatch: () => true,
  name: (c) => c.req.param("device") ?? "",
  find: (deps, principal, c) =>
    findDevice({ deps, who: { principal, token: null, address: "" }, param: (name) => c.req.param(name) ?? "" }),
};

export const MEASUREMENTS: readonly Handled[] = [
  handled(
    {
      method: "post",
      path: "/products/{product}/devices/{device}/measurements",
      id: "recordMeasurements",
      tag: "Measurements",
      summary: "Record measurements",
      description:
        "The same as a publish: each is checked, stored durably, and published then. It takes the right to record on the device.",
      body: rows,
      result: z.object({ ok: z.literal(true), recorded: z.int() }).meta({ id: "Recorded" }),
      refusals: [
        "invalid_batch",
        "invalid_value",
        "invalid_timestamp",
        "unknown_field",
        "value_too_large",
        "rate_limited",
        "clock_not_set",
      ],
    },
    ({ deps }) => record(deps, undefined, IN_PRODUCT),
  ),
  handled(
    {
      ...asked,
      method: "get",
      path: "/history",
      id: "getHistory",
      summary: "Get the history of devices",
      description: HISTORY,
      query: inAddress(historyRequest),
    },
    ({ deps, reads }) => queryHistory(deps, reads),
  ),
  handled(
    {
      ...asked,
      method: "post",
      path: "/history",
      id: "queryHistory",
      summary: "Get the history of many devices",
      description: `${HISTORY} The same as \`getHistory\`, for lists that are too long for an address.`,
      body: historyRequest,
    },
    ({ deps, reads }) => queryHistory(deps, reads),
  ),
  handled(
    {
      method: "get",
      path: "/export",
      id: "exportMeasurements",
      tag: "Measurements",
      summary: "Export measurements",
      description:
        "Every measurement of the devices, one row each, as one stream to the end. It takes the workspace permission `exports`.",
      query: inAddress(exportRequest),
      result: z.string(),
      contents: [CSV, NDJSON],
      onlyThese: true,
      refusals: [...REFUSALS, "rate_limited"],
    },
    ({ deps, reads }) => exportMeasurements(deps, reads),
  ),
  handled(
    {
      method: "get",
      path: "/live",
      id: "streamMeasurements",
      tag: "Measurements",
      summary: "Stream measurements as they come",
      description:
        "Every measurement that is published from now on, or since the event that the header Last-Event-ID names, as Server-Sent Events.",
      query: inAddress(liveRequest),
      result: z.string(),
      contents: [SSE],
      onlyThese: true,
      refusals: [...REFUSALS, "quota_exceeded"],
    },
    ({ deps, streams }) => liveChanges(deps, streams),
  ),
  handled(
    {
      method: "get",
      path: "/inspect/live",
      id: "streamEvents",
      tag: "Events",
      summary: "Stream events as they come",
      description: "The same as `listEvents` from now on, and what is accepted, as Server-Sent Events.",
      query: z.strictObject(INSPECT_QUERY),
      result: z.string(),
      contents: [SSE],
      onlyThese: true,
      refusals: ["not_found", "unknown_device", "quota_exceeded"],
    },
    ({ deps, streams }) => inspectLive(deps, streams),
  ),
];
