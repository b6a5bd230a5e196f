import { Refusal } from "../base/errors.ts";

const EMPTY = new Uint8Array(0);

/**
 * The body of a request, never more of it in memory than the limit and one chunk.
 * @param max bytes
 * @throws Refusal value_too_large; invalid_request when the body breaks off
 */
export async function readBody(request: Request, max: number): Promise<Uint8Array> {
  if (Number(request.headers.get("Content-Length") ?? 0) > max) throw tooLarge(max);
  if (!request.body) return EMPTY;
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let chunk = await next(reader); chunk !== null; chunk = await next(reader)) {
    size += chunk.length;
    if (size > max) {
      void reader.cancel().catch(() => {}); // the answer does not wait for what is thrown away
      throw tooLarge(max);
    }
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only ? only : Buffer.concat(chunks, size);
}

interface Reader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
}

async function next(reader: Reader): Promise<Uint8Array | null> {
  try {
    const { done, value } = await reader.read();
    return done || !value ? null : value;
  } catch {
    throw new Refusal("invalid_request", "The body broke off before its end; send the request again.");
  }
}

function tooLarge(max: number): Refusal {
  return new Refusal("value_too_large", `The body is larger than ${max} bytes, the limit; send it in parts.`);
}
