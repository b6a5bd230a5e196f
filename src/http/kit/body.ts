import { gunzip, inflate } from "node:zlib";
import { Refusal } from "../../base/errors.ts";

const EMPTY = new Uint8Array(0);

/**
 * The body of a request, never more of it in memory than the limit and one chunk; gzip and deflate are undone, within the
 * same limit (RFC 9110, section 8.4.1).
 * @param max bytes, as they come and as they are meant
 * @throws Refusal value_too_large; unsupported_encoding; invalid_request when the body breaks off
 */
export async function readBody(request: Request, max: number): Promise<Uint8Array> {
  const unpack = unpackerOf(request.headers.get("Content-Encoding"));
  const bytes = await readBytes(request, max);
  return unpack === null || bytes.length === 0 ? bytes : unpacked(unpack, bytes, max);
}

async function readBytes(request: Request, max: number): Promise<Uint8Array> {
  const said = request.headers.get("Content-Length");
  if (Number(said ?? 0) > max) throw tooLarge(max);
  // a body that says how long it is has no more than that: the listener sees to it
  if (said !== null) return whole(request);
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

async function whole(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch {
    throw brokeOff();
  }
}

interface Reader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
}

async function next(reader: Reader): Promise<Uint8Array | null> {
  try {
    const { done, value } = await reader.read();
    return done || !value ? null : value;
  } catch {
    throw brokeOff();
  }
}

function brokeOff(): Refusal {
  return new Refusal("invalid_request", "The body broke off before its end; send the request again.");
}

type Unpack = typeof gunzip | typeof inflate;

/** @returns null: the body is as it came */
function unpackerOf(encoding: string | null): Unpack | null {
  switch (encoding?.trim().toLowerCase() ?? "") {
    case "":
    case "identity":
      return null;
    case "gzip":
    case "x-gzip":
      return gunzip;
    case "deflate":
      return inflate;
  }
  const shown = (encoding ?? "").slice(0, 40);
  throw new Refusal("unsupported_encoding", `Content-Encoding ${shown} is not read here; send gzip, deflate or none.`);
}

/** Not on this thread, and no further than the limit, however much the bytes would become. */
function unpacked(unpack: Unpack, bytes: Uint8Array, max: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    unpack(bytes, { maxOutputLength: max }, (error, out) => {
      if (!error) resolve(out);
      else if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE") reject(tooLarge(max));
      else reject(new Refusal("invalid_request", "The body is not what its Content-Encoding says."));
    });
  });
}

function tooLarge(max: number): Refusal {
  return new Refusal("value_too_large", `The body is larger than ${max} bytes, the limit; send it in parts.`);
}
