/** What may be changed in a row: undefined leaves a property as it is; null takes an optional one away. */
export type Changes<R> = { readonly [K in keyof R]?: R[K] | null | undefined };

/** Properties that are null where there is nothing; all others are absent then. */
const NULL_IS_A_VALUE = new Set(["serial", "unit"]);

/** The row with the changes. Everything else of it stays, also what the caller does not know. */
export function patched<R extends object>(row: R, changes: Changes<R>): R {
  // a table of devices has tens of thousands of rows: no list of pairs is made of each
  const next: Partial<R> = { ...row };
  // the names of a row's properties, which is what Changes has
  for (const key of Object.keys(changes) as (keyof R & string)[]) {
    const value = changes[key];
    if (value === undefined) continue;
    if (value !== null || NULL_IS_A_VALUE.has(key)) next[key] = value as R[typeof key];
    else if (key in next) delete next[key];
  }
  // The same properties with values of their own types: Changes allows no others.
  return next as R;
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
  const one = a as Readonly<Record<string, unknown>>; // rows are plain data
  const other = b as Readonly<Record<string, unknown>>; // as above
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key], other[key]))
  );
}
function sameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
