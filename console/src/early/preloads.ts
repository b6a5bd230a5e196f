/** Which files a page needs beside the console's own. */
export interface Preloads {
  /** Names of files. */
  readonly files: readonly string[];
  /** Patterns of addresses below `/console/` (`w/$workspace/devices`), and what their pages need, as places in `files`. */
  readonly pages: readonly (readonly [pattern: string, files: readonly number[]])[];
  /** What the texts of a language are in. */
  readonly texts: Readonly<Record<string, readonly number[]>>;
}

const fits = (pattern: readonly string[], path: readonly string[]) =>
  pattern.length === path.length && pattern.every((part, n) => part.startsWith("$") || part === path[n]);
const open = (pattern: string) => pattern.split("$").length;

/**
 * @param path below `/console/`, without a slash at its end
 * @param language whose texts are needed; null: those of the first load are enough
 * @returns names of files, each once
 */
export function preloadsOf({ files, pages, texts }: Preloads, path: string, language: string | null): string[] {
  const parts = path.split("/");
  const [page] = pages
    .filter(([pattern]) => fits(pattern.split("/"), parts))
    // what is named is meant before what fits anything
    .sort(([a], [b]) => open(a) - open(b));
  const wanted = [...(page?.[1] ?? []), ...(language === null ? [] : (texts[language] ?? []))];
  return [...new Set(wanted)].flatMap((n) => files[n] ?? []);
}
