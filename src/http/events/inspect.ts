import { asSeenBy, eventWish, matches, mayInspect, shown } from "../../admin/events.ts";
import { z } from "zod";
import { EVENT_KINDS } from "../../store/ports.ts";
import { authenticate } from "../kit/access.ts";
import type { Handler, HttpDeps } from "../deps.ts";
import { checked, parametersOf } from "../history/query-request.ts";
import { countedStream } from "./counted.ts";
import type { Streams } from "./streams.ts";

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
    return countedStream(deps, c, streams, principal, (push) =>
      deps.events.watch({
        wants: (event) => matches(wish, event) && mayInspect(principal, event),
        hear: (event) => push(event.kind, shown(deps, asSeenBy(principal, deps.directory, event))),
      }),
    );
  };
}
