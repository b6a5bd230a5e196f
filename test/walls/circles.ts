import { posix } from "node:path";
import { importsOf, type Source } from "./source.ts";

/** Which files a file imports: all of them, or only those that are still there when the program runs. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * The imports between the files that are given.
 * @param kind "values": what is left when types are gone; "all": types too
 */
export function graphOf(sources: readonly Source[], kind: "values" | "all"): Graph {
  const known = new Set(sources.map(({ path }) => path));
  return new Map(
    sources.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter(({ from, typeOnly }) => from.startsWith(".") && (kind === "all" || !typeOnly))
        .map(({ from }) => posix.join(posix.dirname(path), from))
        .filter((target) => known.has(target)),
    ]),
  );
}

/**
 * The knots of a graph: sets of files of which each reaches each other (strongly connected components of two files
 * or more; Tarjan 1972), every one sorted, and the list of them too.
 */
export function knotsOf(graph: Graph): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const on = new Set<string>();
  const knots: string[][] = [];
  const enter = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) as number);
    stack.push(file);
    on.add(file);
    for (const next of graph.get(file) ?? []) {
      if (!index.has(next)) {
        enter(next);
        low.set(file, Math.min(low.get(file) as number, low.get(next) as number));
      } else if (on.has(next)) low.set(file, Math.min(low.get(file) as number, index.get(next) as number));
    }
    if (low.get(file) !== index.get(file)) return;
    const knot = stack.splice(stack.indexOf(file));
    for (const one of knot) on.delete(one);
    if (knot.length > 1) knots.push(knot.sort());
  };
  for (const file of graph.keys()) if (!index.has(file)) enter(file);
  return knots.sort((a, b) => (a[0] as string).localeCompare(b[0] as string));
}
