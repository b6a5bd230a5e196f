import { asSeenBy, eventWish, matches, mayInspect, shown } from "../../admin/events.ts";
import { z } from "zod";
import { EVENT_KINDS } from "../../store/ports.ts";
import { authenticate, stillListens } from "../kit/access.ts";
import type { Handler, HttpDeps } from "../deps.ts";
import { checked, parametersOf } from "../history/query-request.ts";
import { openOr, type Streams, streamAnswer } from "./streams.ts";

/** The parameters of `GET /api/v1/inspect` and `GET /api/v1/inspect/live` that say which events. */
export const INSPECT_QUERY = {
  device: z
    .string()
    .max(200)
    .optional()
    .meta({ description: "`<product>/<id or serial>`: only what concerns this device." }),
  account: z.string().max(400).optional().meta({ description: "Only what this account did: its name, or its key." }),
  kind: z.enum(EVENT_KINDS).optional(),
};
const liveRequest = z.strictObject(INSPECT_QUERY);

/** `GET /api/v1/inspect/live`: the same as it comes, and what is accepted, as Server-Sent Events. */
export function inspectLive(deps: HttpDeps, streams: Streams): Handler {
  return (c) => {
    const principal = authenticate(deps, c);
    const wish = eventWish({ deps, who: { principal } }, checked(liveRequest, parametersOf(c), "parameter"));
    // a stream that nobody reads would stay open
    if (c.req.raw.method === "HEAD") return new Response(null, { headers: { "Content-Type": "text/event-stream" } });
    let lost = 0;
    const stop = deps.events.watch({
      wants: (event) => matches(wish, event) && mayInspect(principal, event),
      hear: (event) => {
        deps.metrics.streamEvents++;
        const seen = asSeenBy(principal, deps.directory, event);
        const text = JSON.stringify(shown(deps, seen));
        if (lost === 0 && stream.push(`event: ${event.kind}\ndata: ${text}\n\n`)) return;
        lost++;
        deps.metrics.streamEventsLost++;
      },
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
  };
}
