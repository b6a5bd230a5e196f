import type { Log } from "../../base/types.ts";
import { AS_MADE } from "./answer.ts";

const encoder = new TextEncoder();
/** Bytes that may wait for the other end before the next part is made. */
const AHEAD = 256 * 1024;

/**
 * An answer that is made while it is sent, as fast as the other end takes it. The first part is made before the answer
 * begins, so that what is wrong from the start is refused in the ordinary way; what fails later breaks the answer off, which
 * the other end sees.
 * @throws what making the first part throws
 */
export async function streamed(
  parts: AsyncGenerator<string | Uint8Array>,
  type: string,
  log: Log,
  headers: Record<string, string> = {},
): Promise<Response> {
  let next: IteratorResult<string | Uint8Array> | null = await parts.next();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const part = next ?? (await parts.next());
          next = null;
          if (part.done) controller.close();
          else controller.enqueue(typeof part.value === "string" ? encoder.encode(part.value) : part.value);
        } catch (error) {
          log.warn({ err: error }, "an answer broke off");
          controller.error(error);
        }
      },
      async cancel() {
        await parts.return(undefined);
      },
    },
    { highWaterMark: AHEAD, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  return new Response(body, { headers: { "Content-Type": type, ...AS_MADE, ...headers } });
}
