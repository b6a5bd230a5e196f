import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** Says who asked, on a request that one node passes on to another. */
export const PASSED_ON = "Fieldcast-Passed-On";

/** How far apart the clocks of two nodes may be, and how long a request may take to arrive, in ms. */
export const MOST_APART = 600_000;

const passedOn = z.strictObject({
  /** The node that passes it on. */
  from: z.int(),
  /** IP address of who asked there, and the whole address that was asked for. */
  remote: z.string(),
  url: z.string(),
  /** Of the body; see digestOf. */
  body: z.string(),
  /** The how many-th it is of this node. */
  no: z.int(),
  /** ms since 1970 */
  at: z.number(),
});
type PassedOn = Readonly<z.output<typeof passedOn>>;

/** The value of the header. @param key that the node has which is asked, and tells the others by the store */
export function signed(key: string, method: string, said: PassedOn): string {
  const text = Buffer.from(JSON.stringify(said)).toString("base64url");
  return `${text}.${macOf(key, method, text)}`;
}

/** What the header says; null: nobody who has the key said it of this request, or it was long ago. @param now ms since 1970 */
export function verified(
  key: string,
  request: Pick<Request, "method" | "url">,
  value: string,
  now: number,
): PassedOn | null {
  const [text = "", mac = ""] = value.split(".");
  const own = Buffer.from(macOf(key, request.method, text));
  const theirs = Buffer.from(mac);
  if (own.length !== theirs.length || !timingSafeEqual(own, theirs)) return null;
  const { success, data } = passedOn.safeParse(JSON.parse(Buffer.from(text, "base64url").toString()));
  if (!success || Math.abs(now - data.at) > MOST_APART) return null;
  return placeOf(data.url) === placeOf(request.url) ? data : null;
}
export function digestOf(body: ArrayBuffer | null): string {
  return createHash("sha256")
    .update(new Uint8Array(body ?? new ArrayBuffer(0)))
    .digest("base64url");
}
function macOf(key: string, method: string, text: string): string {
  return createHmac("sha256", key).update(`${method} ${text}`).digest("base64url");
}
/** Path and query. */
export function placeOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
