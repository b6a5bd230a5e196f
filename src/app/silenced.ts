import { CATALOGUE, Refusal } from "../base/errors.ts";
import { NEVER_FROZEN, type Silence } from "../base/silence.ts";
import { problemAnswer } from "../http/api/problem.ts";
import type { Http } from "../http/index.ts";
import { refusalAnswer } from "../http/kit/answer.ts";

type Fetch = Http["fetch"];

/** Addresses that tell of the process and nothing that is stored. */
const ALWAYS: ReadonlySet<string> = new Set(["/healthz", "/livez", "/metrics"]);

/**
 * The HTTP side of a server that may have to be silent: meanwhile nothing is answered but 503, and an answer that is under way breaks off,
 * so that who asked asks again.
 */
export function silenced(http: Pick<Http, "fetch">, silence: Silence): Fetch {
  if (silence === NEVER_FROZEN) return (request, info) => http.fetch(request, info);
  const checked = (request: Request, answer: Response): Response => {
    if (silence.frozen) return unavailable(request);
    return answer.headers.has("X-Accel-Buffering") ? breaking(answer, silence) : answer;
  };
  return (request, info) => {
    if (ALWAYS.has(pathOf(request))) return http.fetch(request, info);
    if (silence.frozen) return unavailable(request);
    const answer = http.fetch(request, info);
    return answer instanceof Response ? checked(request, answer) : answer.then((one) => checked(request, one));
  };
}

function pathOf({ url }: Request): string {
  const from = url.indexOf("/", url.indexOf("//") + 2);
  const until = url.indexOf("?", from);
  return url.slice(from, until < 0 ? undefined : until);
}
function unavailable(request: Request): Response {
  return refused(
    request,
    new Refusal("storage_unavailable", `${CATALOGUE.storage_unavailable.title} Try again later.`),
  );
}
/** A refusal in the form of the address that was asked. */
export function refused(request: Request, refusal: Refusal): Response {
  return pathOf(request).startsWith("/api/") ? problemAnswer(refusal) : refusalAnswer(refusal);
}

/** An answer that is made while it is sent: it goes no further than the silence. */
function breaking(answer: Response, silence: Silence): Response {
  const body = answer.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        if (silence.frozen) controller.error(new Error("the server may not say any more"));
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Response(body ?? null, { status: answer.status, headers: answer.headers });
}
