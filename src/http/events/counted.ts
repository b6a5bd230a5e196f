import type { Principal } from "../../auth/principal.ts";
import { stillListens } from "../kit/access.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";
import { openOr, type Streams, streamAnswer } from "./streams.ts";

/** Sends an event with its data as JSON, or counts it where nobody takes it fast enough. */
type PushEvent = (name: string, data: object) => void;

/**
 * A stream of Server-Sent Events for who is let in: what finds no room is counted and told as `lost` once there is room again.
 * @param watch begins to push; returns what ends that
 */
export function countedStream(
  deps: HttpDeps,
  c: HttpContext,
  streams: Streams,
  principal: Principal,
  watch: (push: PushEvent) => () => void,
): Response {
  // a stream that nobody reads would stay open
  if (c.req.raw.method === "HEAD") return new Response(null, { headers: { "Content-Type": "text/event-stream" } });
  let lost = 0;
  const stop = watch((name, data) => {
    deps.metrics.streamEvents++;
    if (lost === 0 && stream.push(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)) return;
    lost++;
    deps.metrics.streamEventsLost++;
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
}
