import { Refusal } from "../../base/errors.ts";
import type { PositionsPort, Seq } from "../../store/ports.ts";
import type { Http, HttpContext } from "../deps.ts";

const POSITION = "Fieldcast-Position";
/** The parameters of an address that say what headers can say, too; no operation has one of these names. */
const PARAMETERS = [
  ["at", "Fieldcast-At"],
  ["wait", "Fieldcast-Wait"],
] as const;
const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Answers to what changes something say where in the log that stands; the parameters become headers, which `readYourWrites` reads. */
export function withPositions(fetch: Http["fetch"], positions: PositionsPort | undefined): Http["fetch"] {
  if (positions === undefined) return fetch;
  return async (request, info) => {
    const answer = await fetch(withHeaders(request), info);
    if (READS.has(request.method) || answer.headers.has(POSITION)) return answer;
    // told may be the later one: of a change of the fleet the commits know nothing
    answer.headers.set(POSITION, String(Math.max(positions.committed, positions.told)));
    return answer;
  };
}
function withHeaders(request: Request): Request {
  const query = request.url.indexOf("?");
  if (query < 0 || !/[?&](?:at|wait)=/.test(request.url.slice(query))) return request;
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const [name, header] of PARAMETERS) {
    const value = url.searchParams.get(name);
    if (value !== null) headers.set(header, value);
    url.searchParams.delete(name);
  }
  return new Request(url.href, new Request(request, { headers }));
}

/** Waits until this node has what is asked for, and with the answer to a change until all nodes have it, unless `Fieldcast-Wait: 0`. */
export function readYourWrites(positions: PositionsPort): (c: HttpContext, next: () => Promise<void>) => Promise<void> {
  return async (c, next) => {
    const at = c.req.header("Fieldcast-At");
    if (at !== undefined) await positions.reached(positionOf(at));
    const before = positions.told;
    await next();
    const { told } = positions;
    if (told > before && c.req.header("Fieldcast-Wait") !== "0" && !READS.has(c.req.method))
      await positions.everywhere(told);
  };
}

/** @throws Refusal invalid_request */
function positionOf(text: string): Seq {
  const seq = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(seq)) return seq;
  throw new Refusal("invalid_request", `?at takes a number as ${POSITION} of an answer has it.`);
}
