/** What may be changed in a row: undefined leaves a property as it is; null takes an optional one away. */
export type Changes<R> = { readonly [K in keyof R]?: R[K] | null | undefined };

/** Properties that are null where there is nothing; all others are absent then. */
const NULL_IS_A_VALUE = new Set(["serial", "unit"]);

/** The row with the changes. Everything else of it stays, also what the caller does not know. */
export function patched<R extends object>(row: R, changes: Changes<R>): R {
  const entries = new Map<string, unknown>(Object.entries(row));
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (value === null && !NULL_IS_A_VALUE.has(key)) entries.delete(key);
    else entries.set(key, value);
  }
  // The same properties with values of their own types: Changes allows no others.
  return Object.fromEntries(entries) as R;
}

/** What may be said of a row all of whose properties are there, null being a value: undefined leaves one as it is. */
export type Stated<R> = { readonly [K in keyof R]?: R[K] | undefined };

/** Without what is undefined. */
export function defined<R extends object>(changes: Stated<R>): Partial<R> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<R>; // the rest of its properties
}

/** All of a row but one of its properties; of no row, nothing. */
export function without<R extends object, K extends keyof R>(row: R | undefined, key: K): Partial<Omit<R, K>> {
  if (row === undefined) return {};
  const { [key]: _, ...rest } = row;
  return rest;
}

/** Whether two rows say the same; rows are plain data. */
export function sameRow(a: object, b: object): boolean {
  const text = (row: object) => JSON.stringify(Object.entries(row).sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}
