/** Writes the documents that are made from the code: `node_modules/.bin/bun test/docs/write.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PAGES } from "./pages.ts";

const root = join(import.meta.dir, "..", "..");
for (const [path, text] of PAGES) writeFileSync(join(root, path), text());
