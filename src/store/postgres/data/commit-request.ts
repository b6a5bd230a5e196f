import type { CommitBatch } from "../../ports.ts";
import { compact } from "../../sqlite/data/compact-op.ts";
import type { CommitsRequest } from "./protocol.ts";

/** The message that a commit is for its worker, and what goes over with it. */
export function commitRequest({ count, blob, ops }: CommitBatch): {
  readonly request: CommitsRequest;
  readonly transfer: ArrayBuffer[];
} {
  // A RecordWriter's record is the start of an ordinary buffer of its own, never of a shared one.
  const buffer = blob === null ? null : (blob.buffer as ArrayBuffer);
  const place = { buffer, offset: blob?.byteOffset ?? 0, length: blob?.length ?? 0 };
  const compacted = ops.length === 0 ? ops : ops.map(compact);
  const request = { t: "commit" as const, count, ...place, ops: compacted, at: performance.now() };
  return { request, transfer: buffer === null ? [] : [buffer] };
}
