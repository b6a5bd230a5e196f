import { readsOf } from "./file-reads.ts";
import { unavailable } from "./files.ts";
import { serveReads } from "./serve-reads.ts";

/** The reader worker's entry: history is read beside the commits, never between them. */
serveReads<string>({ open: readsOf, refusal: unavailable });
