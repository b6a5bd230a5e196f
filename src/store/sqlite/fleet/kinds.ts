import type { Cell, Column } from "../../../fleet/columns.ts";
import type { AnyRow } from "../../../fleet/kind.ts";
import { type AnyKind, allKinds, kindOf } from "../../../fleet/kinds.ts";
import {
  apiUserFrom,
  apiUserTo,
  deviceFrom,
  deviceTo,
  membershipFrom,
  membershipTo,
  tokenFrom,
  tokenTo,
} from "./rows.ts";

/** How the rows of one kind lie in its table. What reads trusts nothing and throws RangeErrors. */
interface StoredForm {
  readonly from: (row: never) => AnyRow;
  readonly to: (row: never) => { readonly uid: number };
}

/** Kinds whose specs say no columns: many rows of them are read at every start, or they have tables beside their own. */
const OWN: Readonly<Record<string, StoredForm>> = {
  device: { from: deviceFrom, to: deviceTo },
  membership: { from: membershipFrom, to: membershipTo },
  // its grants are rows of another table; who loads it adds them
  apiUser: { from: (row: never) => apiUserFrom(row, []), to: apiUserTo },
  token: { from: tokenFrom, to: tokenTo },
};

const FORMS: ReadonlyMap<string, StoredForm> = new Map(
  allKinds().map((spec) => [spec.name, OWN[spec.name] ?? formOf(spec)]),
);

/** The stored form of a kind. */
export function storedForm(kind: string): StoredForm {
  const form = FORMS.get(kind);
  if (form === undefined) throw new Error(`the fleet has no kind ${kind}`);
  return form;
}
export function tableOf(kind: string): string {
  return kindOf(kind).table;
}

function formOf({ name, columns }: AnyKind): StoredForm {
  if (columns === undefined)
    throw new Error(`the kind ${name} says no columns, and has no form of its own in the store`);
  // each column reads and writes the property that it stands for
  const all = Object.entries(columns as Readonly<Record<string, Column<unknown>>>);
  return {
    from(row: Readonly<Record<string, Cell>> & AnyRow) {
      const next: AnyRow & Record<string, unknown> = { uid: row.uid };
      for (const [property, { column, read }] of all) {
        const value = reading(`${name} ${row.uid}: ${column}`, () => read(row[column] ?? null));
        if (value !== undefined) next[property] = value;
      }
      return next;
    },
    to(row: AnyRow & Readonly<Record<string, unknown>>) {
      return {
        uid: row.uid,
        ...Object.fromEntries(all.map(([property, { column, write }]) => [column, write(row[property])])),
      };
    },
  };
}
function reading<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`${where} ${error.message}`) : error;
  }
}
