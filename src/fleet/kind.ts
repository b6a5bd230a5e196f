import type { Column } from "./columns.ts";

/** What every row of the fleet has: the store's number of it, never reused. */
export interface AnyRow {
  readonly uid: number;
}

/** Of a row that refers to others: which property of it has the number of a row of which kind. */
interface Reference {
  readonly property: string;
  /** A row goes when the row it refers to is deleted. */
  readonly kind: string;
  /** The reference may be null: the row is somebody else's. */
  readonly optional?: true;
}

/** How the audit log asks of other rows: as a commit makes them, otherwise as they are. */
export interface Look {
  /** @typeParam R the row of the kind that is asked for */
  row<R extends AnyRow>(kind: string, uid: number): R | null;
  /** What people call a row; null: it is not there. */
  name(kind: string, uid: number): string | null;
  /** How many rows of a kind belong to a row, as the directory has them. */
  count(kind: string, parent: string, uid: number): number;
}

/**
 * Everything that the program knows of a kind of fleet entity. Each is one file of the folder kinds, entered once in kinds.ts. From it
 * follow: the numbers of new rows and of what they refer to, look-ups, what goes along with a deleted row, the audit log, and (where it
 * says its columns) how it is stored, checked and salvaged. Its table is made by a migration.
 */
export interface FleetKindSpec<Name extends string = string, Row extends AnyRow = AnyRow> {
  /** As changes and audit entries say it: `<name>.create`. */
  readonly name: Name;
  /** In fleet.db, with `uid` as its AUTOINCREMENT key; each reference is a foreign key ON DELETE CASCADE. */
  readonly table: string;
  /** The migration that made its table. */
  readonly since: string;
  /** The rows that it refers to; the first one that is not null says whose it is, up to the workspace. */
  readonly references: readonly Reference[];
  /**
   * Rows within a row that refer to others, such as the lines of an API user's rights: temporary numbers are replaced by what `uid`
   * answers.
   */
  readonly resolve?: (row: Row, uid: (kind: string, uid: number) => number) => Row;
  /** The property by which people call it, unique among the rows of one parent (its first reference), or of all. */
  readonly key: string | null;
  /** Refused when the key is there already; a sentence. */
  readonly taken?: string;
  readonly audit: {
    /** What people call it, for the audit log; it outlives the row. */
    name(row: Row, look: Look): string;
    /** Properties that are never shown, or go without saying, beside those that are called a hash, secret or password. */
    readonly secret?: readonly string[];
    /** Secrets of which it is told that they are others now, and never what they are. */
    readonly renewed?: readonly string[];
    /** How a property is shown, where it is not as it is; what refers to rows by number is named anyway. */
    readonly shown?: Readonly<Record<string, (value: never, look: Look) => unknown>>;
    /** How much goes along when it is deleted. */
    readonly goes?: (row: Row, look: Look) => Readonly<Record<string, number>>;
  };
  /** How its properties are stored; absent: src/store/sqlite/fleet/rows.ts has a form of its own for it. */
  readonly columns?: { readonly [P in Exclude<keyof Row, "uid">]-?: Column<Row[P]> };
  /** Only a type: the row. */
  readonly row?: Row;
}

/** Types a spec by its row: `fleetKind<Row>()({ name: … })`. */
export function fleetKind<Row extends AnyRow>() {
  return <const Name extends string>(spec: FleetKindSpec<Name, Row>): FleetKindSpec<Name, Row> => spec;
}
