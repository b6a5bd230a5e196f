/**
 * Builds the console into `dist`: `node_modules/.bin/bun console/build.ts`. `npm start` runs it when it is needed (bin/console.cjs).
 * Scripts are cut into chunks that pages load when they are opened; all styles are one file, since they are small and a page
 * must not show before its styles are there. Names have a hash of the content.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { earlyScript, Needs } from "./early.ts";
import { themeStyles } from "./src/theme/styles.ts";

const BASE = "/console/";
const root = import.meta.dir;
const folder = join(root, `dist.${process.pid}`);

const hash = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex").slice(0, 12);

async function build(): Promise<void> {
  const { outputs, metafile } = await Bun.build({
    entrypoints: [join(root, "src/main.tsx")],
    outdir: folder,
    target: "browser",
    splitting: true,
    minify: true,
    publicPath: BASE,
    naming: { entry: "[name]-[hash].[ext]", chunk: "chunk-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
  });
  const styles = [fontStyles(), themeStyles()];
  let entry = "";
  for (const { kind, path } of outputs) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (kind === "entry-point") entry = name;
    if (!name.endsWith(".css")) continue;
    const text = readFileSync(path, "utf8");
    // the library's styles and the tokens stand in that of the entry: what pages say overrides them, whatever order chunks come in
    if (name.startsWith("main-")) styles.splice(2, 0, text);
    else styles.push(text);
    rmSync(path);
  }
  const css = await minified(onceEach(styles.join("\n")));
  const style = write("console", "css", css);
  if (metafile === undefined) throw new Error("the bundler does not say what it made");
  const needs = new Needs(metafile);
  const early = write("early", "js", await earlyScript(needs, entry));
  const page = readFileSync(join(root, "src/index.html"), "utf8")
    .replace("<!-- early -->", `<script src="${BASE}${early}"></script>`)
    .replace("<!-- styles -->", `<link rel="stylesheet" href="${BASE}${style}">`)
    .replace(
      "<!-- script -->",
      [
        `<script type="module" src="${BASE}${entry}"></script>`,
        ...[...needs.of(entry)].slice(1).map((name) => `<link rel="modulepreload" href="${BASE}${name}">`),
      ].join("\n"),
    );
  writeFileSync(join(folder, "index.html"), page);
  await pack();
}

/** The smallest form of each file beside it: a server that starts has it ready, and does not make it while the first visitor waits. */
async function pack(): Promise<void> {
  const names = readdirSync(folder).filter((name) => /\.(?:js|css|html)$/.test(name));
  const each = names.map(async (name) => {
    const bytes = readFileSync(join(folder, name));
    const packed = await promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    if (packed.length < bytes.length) writeFileSync(join(folder, `${name}.br`), packed);
  });
  await Promise.all(each);
}

/** The fonts as files of their own: the bundler would write them into the styles, and all of them would be loaded by everybody. */
function fontStyles(): string {
  const text = readFileSync(join(root, "src/theme/fonts.css"), "utf8");
  return text.replace(/url\("([^"]+)\/([^"/]+)\.woff2"\)/g, (_, place: string, name: string) => {
    const bytes = readFileSync(join(root, "node_modules", place, `${name}.woff2`));
    return `url("${BASE}${write(name, "woff2", bytes)}")`;
  });
}

/** A file under a name with its hash. @returns the name */
function write(name: string, ending: string, content: string | Uint8Array): string {
  const file = `${name}-${hash(content)}.${ending}`;
  writeFileSync(join(folder, file), content);
  return file;
}

/** The rules of a style sheet, and what stands between them, as texts. */
function* rulesOf(css: string): Generator<string> {
  let [from, depth] = [0, 0];
  for (let at = 0; at < css.length; at++) {
    const char = css[at];
    if (char === '"' || char === "'") {
      for (at++; at < css.length && css[at] !== char; at++) if (css[at] === "\\") at++;
    } else if (css.startsWith("/*", at)) at = Math.max(at, css.indexOf("*/", at + 2) + 1);
    else if (char === "{") depth++;
    else if (char === "}") depth--;
    if (depth > 0 || (char !== "}" && char !== ";")) continue;
    yield css.slice(from, at + 1).trim();
    from = at + 1;
  }
  yield css.slice(from);
}
/** Each rule once, where it stands first: the bundler writes what several chunks use into the styles of each of them. */
function onceEach(css: string): string {
  return [...new Set(rulesOf(css))].join("\n");
}
/**
 * Without the copies of rules for browsers that know no `:is`, which the bundler makes: they do not know `:where` either, and so nothing of
 * the page.
 */
function withoutOld(css: string): string {
  const isOld = (rule: string) =>
    /:-(?:webkit|moz)-any\(/.test(rule) && rule.split("{").length <= (rule.startsWith("@") ? 3 : 2);
  return [...new Set(rulesOf(css))].filter((rule) => !isOld(rule)).join("");
}

async function minified(css: string): Promise<string> {
  const file = join(folder, "all.css");
  writeFileSync(file, css);
  const { outputs } = await Bun.build({ entrypoints: [file], minify: true, external: [`${BASE}*`] });
  rmSync(file);
  return withoutOld((await outputs[0]?.text()) ?? "");
}

mkdirSync(folder, { recursive: true });
try {
  await build();
  // whoever starts a server meanwhile finds the one or the other, and never half of one
  const old = join(root, `dist.old.${process.pid}`);
  try {
    renameSync(join(root, "dist"), old);
  } catch {}
  renameSync(folder, join(root, "dist"));
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
