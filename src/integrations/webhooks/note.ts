import type { Failure } from "./backoff.ts";
import type { Head } from "./queue.ts";

/** What a webhook keeps beside its position in the feed: how it fails, and which request it was trying. */

/** Null: there is nothing to keep. */
export function noteOf(failure: Failure | null, head: Head | null): string | null {
  return failure === null && head === null ? null : JSON.stringify({ failure, head });
}
/** As `noteOf` wrote it; what is not understood counts as nothing. */
export function readNote(note: string): { readonly failure: Failure | null; readonly head: Head | null } {
  try {
    const { failure = null, head = null } = JSON.parse(note) as { failure?: Failure | null; head?: Head | null };
    return { failure, head };
  } catch {
    return { failure: null, head: null };
  }
}
