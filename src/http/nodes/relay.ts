import { CATALOGUE, Refusal } from "../../base/errors.ts";
import { problemAnswer } from "../api/problem.ts";
import type { Http } from "../deps.ts";
import { refusalAnswer } from "../kit/answer.ts";
import type { NodesPort } from "./port.ts";
import { isOfSessions, sessionsOfAll } from "./sessions.ts";
import { whoseIs } from "./whose.ts";

/**
 * The HTTP side of one of several nodes: what is another node's is asked there, and its answer passed on as it comes; everything else is
 * answered here. What another node passed on is answered here in any case, so nothing goes around in a circle.
 * @param commands answers commands that another node passes on; nobody else may give them here
 */
export function relayed(
  http: Pick<Http, "fetch">,
  nodes: NodesPort,
  commands: (request: Request) => Response | Promise<Response>,
): Http["fetch"] {
  return async (request, { remoteAddress }) => {
    try {
      const received = await nodes.received(request);
      if (received !== null) {
        const { fromNode } = received;
        if (isCommand(received.request)) return await commands(received.request);
        if (isElsewhere(received.request, nodes)) throw unreachable("it has just changed which one");
        return await http.fetch(received.request, { remoteAddress: received.remoteAddress, fromNode });
      }
      const here = (one: Request): Promise<Response> => Promise.resolve(http.fetch(one, { remoteAddress }));
      if (isOfSessions(request)) return await sessionsOfAll(request, here, nodes, remoteAddress);
      if (!isElsewhere(request, nodes)) return await here(request);
      if (nodes.duty === 0) throw unreachable("none is known");
      return await nodes.ask(nodes.duty, request, remoteAddress);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return new URL(request.url).pathname.startsWith("/api/") ? problemAnswer(error) : refusalAnswer(error);
    }
  };
}

/** Whether it is for what commands of this machine ask (src/http/instance/control.ts). */
export function isCommand({ url }: Pick<Request, "url">): boolean {
  return new URL(url).pathname.startsWith("/control/");
}
function isElsewhere({ method, url }: Request, { self, duty }: NodesPort): boolean {
  return duty !== self && whoseIs(method, new URL(url).pathname) === "duty";
}
/** @param why for people, in parentheses */
export function unreachable(why: string): Refusal {
  return new Refusal("node_unreachable", `${CATALOGUE.node_unreachable.title.slice(0, -1)} (${why}). Try again later.`);
}
