/** The items of `all` that a list with commas names, in the order of `all`; all of them without a list. Throws on other names. */
export function choose<T>(flag: string, list: string | undefined, all: readonly T[], nameOf: (item: T) => string): T[] {
  if (list === undefined) return [...all];
  const wanted = new Set(list.split(",").map((name) => name.trim()));
  const chosen = all.filter((item) => wanted.delete(nameOf(item)));
  if (wanted.size > 0) {
    throw new Error(`--${flag}: ${[...wanted].join(", ")} is none of ${all.map(nameOf).join(", ")}`);
  }
  return chosen;
}
