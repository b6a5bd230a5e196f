import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import type { FileServer, Handler, HttpContext } from "../deps.ts";
import { encodingOf, packed, type Served } from "./packing.ts";

/** Where the console is. */
export const CONSOLE = "/console/";

/**
 * What pages of our own may do: scripts and styles from here alone, none inline, and nothing from or to elsewhere. Style
 * attributes stay allowed: components set them from scripts, and they cannot load anything.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
};
/**
 * The same, with pictures of maps from one host more. @param tiles the address of the setting --map-tiles, which holds no quotes and no `;`
 */
function policyWith(tiles: string | null): string {
  if (tiles === null) return PAGE_POLICY;
  return PAGE_POLICY.replace("img-src 'self'", `img-src 'self' ${new URL(tiles).origin}`);
}
/** The page, which tells the console where pictures of maps are. */
function pageWith(page: Uint8Array<ArrayBuffer>, tiles: string): Uint8Array<ArrayBuffer> {
  const meta = `<meta name="map-tiles" content="${tiles.replaceAll("&", "&amp;")}">`;
  return new TextEncoder().encode(new TextDecoder().decode(page).replace("</head>", () => `${meta}</head>`));
}

/** A name with a hash of the content in it: `index-4f3a9c2b.js`. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const MOST_FILES = 5000;

/** All files below a folder, by their names relative to it, with slashes. */
export function filesBelow(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(folder.length + 1).replaceAll("\\", "/"), path]));
}

/**
 * Files that are served as they are, all of them read when the server starts: a name that is not among them is
 * not there, whatever it looks like. Names with a hash are kept by browsers for ever, the others are asked for again (ETag).
 */
export class StaticFiles implements FileServer {
  private readonly files = new Map<string, Served>();
  private readonly policy: string;

  /**
   * @param found by their names: where they are read, now
   * @param mapTiles where pictures of maps come from; null: there are none
   * @throws the system's error when one cannot be read
   */
  constructor(found: ReadonlyMap<string, string>, mapTiles: string | null = null) {
    this.policy = policyWith(mapTiles);
    const ready = new Map<string, string>();
    for (const [name, path] of [...found].slice(0, MOST_FILES)) {
      // what was packed beforehand belongs to the file beside it, and is none of its own
      if (name.endsWith(".br")) {
        if (mapTiles === null || name !== "index.html.br") ready.set(name.slice(0, -".br".length), path);
        continue;
      }
      const read = new Uint8Array(readFileSync(path));
      const changes = mapTiles !== null && name === "index.html";
      const bytes = changes ? pageWith(read, mapTiles) : read;
      const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
      const type = TYPES[extname(name)] ?? "application/octet-stream";
      this.files.set(name, { bytes, type, etag, hashed: HASHED.test(basename(name)), packed: {} });
    }
    for (const [name, path] of ready) {
      const file = this.files.get(name);
      if (file) file.packed.br = Promise.resolve(new Uint8Array(readFileSync(path)));
    }
  }

  /** Whether there is a page to begin with. */
  get hasPage(): boolean {
    return this.files.has("index.html");
  }

  /**
   * @param prefix what the addresses begin with, with a slash at the end. An address below it that names no file and has
   *   no ending is a page of the application: it gets `index.html`.
   */
  handler(prefix: string): Handler {
    return async (c) => {
      const name = nameIn(c, prefix);
      const file = this.files.get(name) ?? (extname(name) === "" ? this.files.get("index.html") : undefined);
      if (file === undefined) return c.notFound();
      if (file.type.startsWith("text/html")) c.set("policy", this.policy);
      return answer(c, file);
    };
  }
}

function nameIn(c: HttpContext, prefix: string): string {
  const path = c.req.path.slice(prefix.length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // no name of ours
  }
}

async function answer(c: HttpContext, file: Served): Promise<Response> {
  const { etag, type, hashed } = file;
  c.set("caching", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  const headers: Record<string, string> = { ETag: etag, "Content-Type": type, Vary: "Accept-Encoding" };
  const known = (c.req.header("If-None-Match") ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (known.includes(etag) || known.includes("*")) return new Response(null, { status: 304, headers });
  const how = encodingOf(c.req.header("Accept-Encoding"), file);
  if (how === null) return new Response(file.bytes, { headers });
  return new Response(await packed(file, how), { headers: { ...headers, "Content-Encoding": how } });
}
