/** What a database keeps in a column: the same in every one. */
export type Cell = string | number | null;

/**
 * One property of a row, as it is stored. Reading trusts nothing: a value that the program cannot have written means a damaged file.
 * `undefined` is a property that is not there; it is stored as null.
 */
export interface Column<T> {
  readonly column: string;
  /** @throws RangeError with what is wrong, as the end of a sentence */
  read(cell: Cell): T;
  write(value: T): Cell;
}

/** A text. */
export function text(column: string): Column<string> {
  return { column, read: readText, write: (value) => value };
}
/** A whole number: a count, a number of a row, or µs. */
export function integer(column: string): Column<number> {
  return { column, read: readInteger, write: (value) => value };
}
/** True or false, as 1 and 0. */
export function flag(column: string): Column<boolean> {
  return {
    column,
    read(cell) {
      if (cell === 0 || cell === 1) return cell === 1;
      throw new RangeError("is neither 1 nor 0");
    },
    write: (value) => (value ? 1 : 0),
  };
}
/** A property that is there with one value only; what it is without, the column says as the opposite. */
export function unless<const V extends boolean>(column: string, value: V): Column<V | undefined> {
  const [present, absent] = value ? [1, 0] : [0, 1];
  return {
    column,
    read(cell) {
      if (cell === present) return value;
      if (cell === absent) return undefined;
      throw new RangeError("is neither 1 nor 0");
    },
    write: (given) => (given === undefined ? absent : present),
  };
}
/** One of some words. */
export function word<const W extends string>(column: string, words: readonly W[]): Column<W> {
  return {
    column,
    read(cell) {
      const found = words.find((one) => one === cell);
      if (found === undefined) throw new RangeError(`has the unknown value ${JSON.stringify(cell)}`);
      return found;
    },
    write: (value) => value,
  };
}
/** A JSON text. @param read makes a value of what JSON.parse gave; null: it is not one */
export function json<T>(column: string, read: (value: unknown) => T | null): Column<T> {
  return {
    column,
    read(cell) {
      let value: unknown;
      try {
        value = JSON.parse(readText(cell));
      } catch {
        throw new RangeError("is no JSON");
      }
      const found = read(value);
      if (found === null) throw new RangeError("is not understood");
      return found;
    },
    write: (value) => JSON.stringify(value),
  };
}
/** The same, or null. */
export function nullable<T>({ column, read, write }: Column<T>): Column<T | null> {
  return {
    column,
    read: (cell) => (cell === null ? null : read(cell)),
    write: (value) => (value === null ? null : write(value)),
  };
}
/** The same, of a property that may be absent. */
export function optional<T>({ column, read, write }: Column<T>): Column<T | undefined> {
  return {
    column,
    read: (cell) => (cell === null ? undefined : read(cell)),
    write: (value) => (value === undefined ? null : write(value)),
  };
}

function readText(cell: Cell): string {
  if (typeof cell === "string") return cell;
  throw new RangeError("is no text");
}
function readInteger(cell: Cell): number {
  if (typeof cell === "number" && Number.isSafeInteger(cell)) return cell;
  throw new RangeError("is no whole number");
}
