import { createHash } from "node:crypto";
import { Refusal } from "../../base/errors.ts";

/** The entity tag of a state: of what can be changed, not of what merely happens (a device that was heard). */
export function etagOf(state: unknown): string {
  return `"${createHash("sha256").update(JSON.stringify(state)).digest("base64url").slice(0, 22)}"`;
}

/**
 * Whether a change is meant for the present state (RFC 9110 section 13.1.1).
 * @param header the request's If-Match; `*`: whatever state there is
 * @throws Refusal changed_meanwhile
 */
export function checkState(header: string | undefined, etag: string): void {
  if (header === undefined) return;
  const tags = header.split(",", MOST_TAGS).map((tag) => tag.trim());
  if (tags.includes("*") || tags.includes(etag)) return;
  throw new Refusal("changed_meanwhile", "It was changed after you read it. Read it again, and change that.");
}
const MOST_TAGS = 20;

/** A change must say which state it changes (If-Match). @throws Refusal precondition_required */
export function mustSayState(header: string | undefined): void {
  if (header !== undefined && header.trim() !== "") return;
  throw new Refusal(
    "precondition_required",
    "Send If-Match with the ETag of the state that you change; or * to change whatever is there.",
  );
}
