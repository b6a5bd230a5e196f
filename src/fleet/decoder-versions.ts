import type { FunctionName } from "../decoders/types.ts";
import { decoderVersions } from "./decoders.ts";
import type { Directory } from "./directory.ts";
import type { Decoder, FleetChange } from "./types.ts";

/** Which version of a decoder a script is, or becomes. */

/** A version's code may be so long, in bytes of UTF-8. */
const MOST_CODE = 256 * 1024;
/** So many versions of a product are kept, and so much code of them, in characters; the oldest go first. */
const MOST_VERSIONS = 100;
const MOST_OF_ALL = 1024 * 1024;

export interface DecoderWish {
  readonly code: string;
  /** Null: the first that the code has. */
  readonly function?: FunctionName | null | undefined;
  readonly note?: string | undefined;
  /** Name of who makes it. */
  readonly by: string;
}

/** What is wrong with a decoder's code, as the end of a sentence; null: nothing that can be seen without running it. */
export function codeProblem(code: string): string | null {
  if (code.trim() === "") return "there is no code in it; to switch the decoder off, use the operation for that";
  if (!code.isWellFormed()) return "it is no well-formed text";
  const bytes = Buffer.byteLength(code);
  return bytes > MOST_CODE ? `it is ${bytes} bytes long; at most ${MOST_CODE} are allowed` : null;
}

/**
 * The version that is as wished, or what makes it: code that a version has already, with the same function, is that version; other
 * code is a new one, and the oldest beyond the bounds go. Which one is in force, the product's row says.
 * @param product its uid; a temporary one has no versions
 * @param now µs
 */
export function versionOf(
  directory: Directory,
  product: number,
  wish: DecoderWish,
  now: number,
): { readonly number: number; readonly drafts: readonly FleetChange[] } {
  const { code, function: declared = null, note = "", by } = wish;
  const versions = decoderVersions(directory, product);
  const same = versions.findLast((one) => one.code === code && one.function === declared);
  if (same !== undefined) return { number: same.number, drafts: [] };
  const number = (versions.at(-1)?.number ?? 0) + 1;
  const row: Decoder = { uid: 0, product, number, code, function: declared, created: now, by, note };
  const gone = tooMany(versions, code.length);
  return {
    number,
    drafts: [
      ...gone.map(({ uid }): FleetChange => ({ kind: "decoder", op: "delete", uid })),
      { kind: "decoder", op: "put", row },
    ],
  };
}

/** Those that go when another one comes; the newest stays, as it may be gone back to. */
function tooMany(versions: readonly Decoder[], added: number): readonly Decoder[] {
  let [count, length] = [versions.length + 1, versions.reduce((sum, { code }) => sum + code.length, added)];
  let gone = 0;
  while (gone < versions.length - 1 && (count > MOST_VERSIONS || length > MOST_OF_ALL)) {
    count--;
    length -= versions[gone]?.code.length ?? 0;
    gone++;
  }
  return versions.slice(0, gone);
}
