import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Files in the smallest form that who asks takes. */

/** Pictures and fonts are compressed already. */
const COMPRESSES = /^(?:text\/|application\/(?:json|manifest|wasm)|image\/svg)/;
/** Smaller than this, compressing saves no packet. */
const WORTH = 1024;

type Bytes = Uint8Array<ArrayBuffer>;
/** A file that is served as it is. */
export interface Served {
  readonly bytes: Bytes;
  readonly type: string;
  readonly etag: string;
  readonly hashed: boolean;
  /** Made when somebody first asks for it, and kept. */
  packed: Partial<Record<"br" | "gzip", Promise<Bytes>>>;
}

/** The smallest form that the client takes; null: as it is. */
export function encodingOf(accepted: string | undefined, { bytes, type }: Served): "br" | "gzip" | null {
  if (bytes.length < WORTH || !COMPRESSES.test(type)) return null;
  const takes = (name: string) =>
    (accepted ?? "").split(",").some((one) => {
      const [coding = "", ...more] = one
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      return coding === name && !more.some((part) => /^q=0(?:\.0*)?$/.test(part));
    });
  return takes("br") ? "br" : takes("gzip") ? "gzip" : null;
}

/** A file in one of its forms, made when somebody first asks for it. */
export function packed(file: Served, how: "br" | "gzip"): Promise<Bytes> {
  const { bytes } = file;
  const make = async (): Promise<Bytes> => {
    const best = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
    const made =
      how === "br" ? await promisify(brotliCompress)(bytes, best) : await promisify(gzip)(bytes, { level: 9 });
    return new Uint8Array(made);
  };
  file.packed[how] ??= make();
  return file.packed[how];
}
