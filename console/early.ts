/** The part of the build that makes the first script (src/early): which files belong to which address is known when the others are made. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Preloads } from "./src/early/preloads.ts";

const src = join(import.meta.dir, "src");

/** What Bun's bundler says of what it made; the part that is used. */
interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly entryPoint?: string; readonly imports: readonly { readonly path: string; readonly kind: string }[] }
    >
  >;
}

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** Where pages are: the routes say it themselves (`path`, `import`), below what `getParentRoute` names. */
function* routes(): Generator<readonly [pattern: string, page: string]> {
  const ROUTE = /createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*path: "([^"]+)"[\s\S]*?import\("\.\/([^"]+)"\)/g;
  for (const page of readdirSync(join(src, "pages"))) {
    const text = readFileSync(join(src, "pages", page, "route.ts"), "utf8");
    const found = [...text.matchAll(ROUTE)];
    if (found.length !== text.split("createRoute(").length - 1)
      throw new Error(`pages/${page}/route.ts: a route is not written as the others, and would not be loaded early`);
    for (const [, parent, path = "", file = ""] of found)
      yield [`${parent === "workspaceRoute" ? "w/$workspace/" : ""}${path}`, `src/pages/${page}/${file}`];
  }
}

/** What scripts need before they can begin, by their names. */
export class Needs {
  private readonly outputs: ReadonlyMap<string, Metafile["outputs"][string]>;

  constructor({ outputs }: Metafile) {
    this.outputs = new Map(Object.entries(outputs).map(([path, output]) => [nameOf(path), output]));
  }

  /** @returns the script and all that it imports */
  of(name: string): ReadonlySet<string> {
    const seen = new Set<string>();
    const waiting = [name];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (seen.has(one)) continue;
      seen.add(one);
      for (const { path, kind } of this.outputs.get(one)?.imports ?? [])
        if (kind === "import-statement") waiting.push(nameOf(path));
    }
    return seen;
  }
  /** The script that begins with a file. @throws Error there is none */
  beginningWith(source: string): string {
    for (const [name, { entryPoint }] of this.outputs) if (entryPoint?.endsWith(source)) return name;
    throw new Error(`${source} is no script of its own`);
  }
}

/** @param entry the console's own script, which the page names with what it needs */
function preloads(needs: Needs, entry: string): Preloads {
  const there = needs.of(entry);
  const files: string[] = [];
  const place = (name: string) => (files.includes(name) ? files.indexOf(name) : files.push(name) - 1);
  const more = (source: string) => [...needs.of(needs.beginningWith(source)).difference(there)].map(place);
  return {
    pages: [...routes()].map(([pattern, page]) => [pattern, more(page)]),
    texts: Object.fromEntries(["en", "de"].map((one) => [one, more(`src/text/${one}/index.ts`)])),
    files,
  };
}

/** The text of the first script. @throws Error a page is not where its route says */
export async function earlyScript(needs: Needs, entry: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(src, "early/main.ts")],
    target: "browser",
    format: "iife",
    minify: true,
    define: { FIELDCAST_PRELOADS: JSON.stringify(preloads(needs, entry)) },
  });
  return (await outputs[0]?.text()) ?? "";
}
