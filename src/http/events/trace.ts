import { z } from "zod";
import { mayKnowOf } from "../../admin/events.ts";
import { MOST_SECONDS } from "../../admin/trace.ts";
import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import type { TraceLines } from "../../broker/types.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";
import { stillListens } from "../kit/access.ts";
import type { EventStream } from "./event-stream.ts";
import { openOr, type Streams, streamAnswer } from "./streams.ts";

/** The parameters of a trace over HTTP. */
export const traceRequest = z.strictObject({
  seconds: z.coerce.number().int().min(1).max(MOST_SECONDS).default(300).describe("it ends by itself after that"),
  payload: z
    .enum(["true", "false"])
    .default("false")
    .describe(
      "also the first bytes of payloads and what user properties say; for the own account, and who may `operate`",
    ),
});

/** The client whose packets are shown. */
interface Traced {
  /** Key of its account. */
  readonly principal: string;
  readonly clientId: string;
}

/**
 * The packets of one client as Server-Sent Events, until its time is over or nobody listens any more. Who may know of a session
 * sees that packets come and go; what is in them only its own account does, and who operates the instance.
 * @throws Refusal not_permitted, quota_exceeded; invalid_request: there are too many traces
 */
export function traceClient(
  deps: HttpDeps,
  streams: Streams,
  c: HttpContext,
  who: Principal,
  { principal, clientId }: Traced,
  { seconds, payload }: z.output<typeof traceRequest>,
): Response {
  const withPayload = payload === "true";
  const mayRead = () => who.operate || who.key === principal;
  if (withPayload && !mayRead())
    throw new Refusal("not_permitted", "Payloads of other accounts take the instance permission operate.");
  if (c.req.raw.method === "HEAD") return new Response(null, { headers: { "Content-Type": "text/event-stream" } });
  const check = () => {
    stillListens(deps, c);
    if (!mayKnowOf(deps.directory, who, principal) || (withPayload && !mayRead()))
      throw new Refusal("not_found", "There is no such session that you may see.");
  };
  const trace = deps.sessions.trace({ client: clientId, principal, payload: withPayload }, seconds);
  const close = () => trace.close();
  const stream = openOr(close, () => streams.start(who, check, () => ": still here\n\n", close));
  void pump(trace, stream);
  return streamAnswer(stream);
}

/** Hands lines on as they come; what its reader is too slow for is lost and told. */
async function pump(trace: TraceLines, stream: EventStream): Promise<void> {
  let lost = 0;
  for (let text = await trace.next(); text !== null; text = await trace.next())
    for (const line of text.trimEnd().split("\n")) {
      if (lost > 0 && stream.push(eventOf("lost", JSON.stringify({ lines: lost })))) lost = 0;
      if (lost > 0 || !stream.push(eventOf(line.includes('"packet":') ? "packet" : "note", line))) lost++;
    }
  stream.end(eventOf("end", JSON.stringify({ code: "over", message: "The time of the trace is over." })));
}
/** It has no id: nobody can go on behind it. */
function eventOf(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
