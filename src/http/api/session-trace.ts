import { z } from "zod";
import { traceClient, traceRequest } from "../events/trace.ts";
import { checked, parametersOf } from "../history/query-request.ts";
import { actorOf } from "./actor.ts";
import { allow } from "./allow.ts";
import type { Handled } from "./route.ts";
import { findSession } from "./sessions.ts";

/** The packets of a client, as they come and go. */
export const SESSION_TRACE: readonly Handled[] = [
  {
    described: {
      method: "get",
      path: "/sessions/{client_session}/trace",
      id: "traceSession",
      tag: "Sessions",
      summary: "Trace a session",
      description:
        "Its client's packets in both directions, with their facts, as Server-Sent Events: `packet`, `note` for what is no packet, `lost` with how many lines were too many for the reader, `end`. " +
        "Never user names, passwords or tokens. The server has eight traces at most.",
      query: traceRequest,
      result: z.string(),
      contents: ["text/event-stream"],
      onlyThese: true,
      refusals: ["not_found", "not_permitted", "quota_exceeded"],
    },
    handler:
      ({ deps, streams, pace }) =>
      (c) => {
        const who = actorOf(deps, c);
        allow({ deps, pace }, c, who.principal.key);
        const traced = findSession({ deps, who, param: (name) => c.req.param(name) ?? "" });
        const wish = checked(traceRequest, parametersOf(c), "parameter");
        return traceClient(deps, streams, c, who.principal, traced, wish);
      },
  },
];
