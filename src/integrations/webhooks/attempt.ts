import { errorText } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { Rendered } from "./forms.ts";
import { askedWait, type Verdict, verdictOf } from "./schedule.ts";

/** What asks an endpoint: `Outgoing` does. Errors of the network are thrown. */
export interface Post {
  /** Why an address is never asked; null: it may be, as far as that is known before its name is resolved. */
  whyNever(url: string): string | null;
  request(
    url: string,
    request: {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly stay: true;
      readonly cut: true;
    },
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Uint8Array }>;
}

/** What came of one try. */
export interface Attempt {
  readonly verdict: Verdict;
  readonly status: number | null;
  readonly ms: number;
  /** Null: it was accepted. */
  readonly error: string | null;
  readonly answer: string | null;
  /** µs that the answer asks to wait. */
  readonly wait: Micros;
}

/** Characters of bodies that are kept for the log. */
export const EXCERPT = 2048;

/** One try. @param clock micros: µs of the wall clock; steady: of one that only goes forward */
export async function attempt(
  post: Post,
  clock: { micros(): Micros; steady(): Micros },
  url: string,
  { body, headers }: Rendered,
): Promise<Attempt> {
  const begun = clock.steady();
  const took = () => Math.round((clock.steady() - begun) / 1000);
  try {
    const answer = await post.request(url, { method: "POST", headers, body, stay: true, cut: true });
    const { status } = answer;
    const verdict = verdictOf(status);
    const text = new TextDecoder().decode(answer.body.subarray(0, EXCERPT));
    const error = verdict === "accepted" ? null : wordsOf(status, answer.headers.get("location"));
    const wait = askedWait(answer.headers.get("retry-after"), clock.micros());
    return { verdict, status, ms: took(), error, answer: text, wait };
  } catch (error) {
    return { verdict: "failed", status: null, ms: took(), error: networkWords(error), answer: null, wait: 0 };
  }
}

function wordsOf(status: number, location: string | null): string {
  if (status >= 300 && status < 400) {
    const to = location === null ? "" : ` (to ${location.slice(0, 200)})`;
    return `The endpoint answered ${status}, and redirects are not followed${to}: set the address that it really has.`;
  }
  switch (status) {
    case 401:
    case 403:
      return `The endpoint answered ${status}: look at the header that lets requests in there.`;
    case 404:
    case 405:
      return `The endpoint answered ${status}: nothing takes a POST at this address.`;
    case 410:
      return "The endpoint answered 410: it wants nothing any more. The webhook is switched off.";
    case 413:
      return "The endpoint answered 413: the request is too large for it. Let a batch have fewer events.";
    case 429:
      return "The endpoint answered 429: too many requests. Let a batch have more events, or wait longer for them.";
    default:
      return `The endpoint answered ${status}; a status of 200 to 299 says that it has the request.`;
  }
}
function networkWords(error: unknown): string {
  const text = errorText(error);
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError") return "The endpoint did not answer in time.";
  const code = typeof error === "object" && error !== null ? String(Reflect.get(error, "code") ?? "") : "";
  if (/ECONNREFUSED|ConnectionRefused/.test(code)) return "Nothing listens at the address of the endpoint.";
  if (/ENOTFOUND|EAI_AGAIN|DNS/.test(code)) return "The host name of the endpoint is not found.";
  if (/CERT|SELF_SIGNED|TLS|SSL/i.test(code)) return `The certificate of the endpoint is not good: ${text}`;
  return text === "" ? "The endpoint cannot be reached." : text;
}
