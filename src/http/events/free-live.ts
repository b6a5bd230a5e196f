import { z } from "zod";
import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import { isFilter } from "../../topic/names.ts";
import type { Handler, HttpDeps } from "../deps.ts";
import { checked, parametersOf } from "../history/query-request.ts";
import { authenticate, stillListens } from "../kit/access.ts";
import { FreeReader } from "./free-reader.ts";
import { type Streams, streamAnswer } from "./streams.ts";

/** The parameters of `GET /api/v1/topics/live`. */
export const freeRequest = z.strictObject({
  filter: z
    .string()
    .min(1)
    .max(65_535)
    .refine((text) => isFilter(text), "is no topic filter")
    .default("#")
    .describe("topic filter, without $share; `#` is all of them"),
});

/**
 * `GET /api/v1/topics/live?filter=`: free topics as they are used, as Server-Sent Events. It begins with what is retained; then, once a
 * second, it tells each topic that had messages, with the last of them and how many there were. Rights are looked at with each message.
 */
export function freeLive(deps: HttpDeps, streams: Streams): Handler {
  return (c) => {
    const principal = authenticate(deps, c);
    const { filter } = checked(freeRequest, parametersOf(c), "parameter");
    const { feed, workspace } = mayFollow(deps, principal, filter);
    // a stream that nobody reads would stay open
    if (c.req.raw.method === "HEAD") return new Response(null, { headers: { "Content-Type": "text/event-stream" } });
    const check = () => {
      stillListens(deps, c);
      if (mayFollow(deps, principal, filter).workspace !== workspace)
        throw new Refusal("not_permitted", "The free topics of this account are those of another workspace now.");
    };
    return streamAnswer(new FreeReader(deps, streams, { principal, filter, feed, workspace, check }).stream);
  };
}
/** @throws Refusal not_available, not_permitted */
function mayFollow({ live }: HttpDeps, principal: Principal, filter: string) {
  if (live.free === null)
    throw new Refusal("not_available", "Free topics are off on this instance: start the server with --free-topics.");
  const { free } = principal;
  if (free === null || (!free.all && !free.couldReceive(filter)))
    throw new Refusal(
      "not_permitted",
      "This account may hear no free topic under this filter: an API user needs a grant (free_topics), a person to be owner or admin in exactly one workspace.",
    );
  return { feed: live.free, workspace: free.workspace };
}
