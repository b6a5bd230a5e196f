import { kindOf, refersTo } from "../../fleet/kinds.ts";
import type { FleetKind, FleetRows } from "../../fleet/types.ts";

type Row = FleetRows[FleetKind];

/** What no two rows may have alike, of the kinds whose key says less than that. */
const UNIQUE: { readonly [K in FleetKind]?: (row: FleetRows[K]) => readonly string[] } = {
  product: ({ slug, uuid, integrationKey }) => [`slug ${slug}`, ...own("uuid", uuid), ...own("key", integrationKey)],
  workspace: ({ slug, uuid }) => [`slug ${slug}`, ...own("uuid", uuid)],
  user: ({ email, uuid }) => [`email ${email}`, ...own("uuid", uuid)],
  field: ({ product, id, uuid }) => [`id ${product} ${id}`, ...own("uuid", uuid)],
  // identifiers and serials are one name space
  device: ({ product, id, serial }) => [
    ...new Set([`${product} ${id}`, ...(serial === null ? [] : [`${product} ${serial}`])]),
  ],
  membership: ({ user, workspace }) => [`${user} ${workspace}`],
  token: ({ hash }) => [hash],
};
function own(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${name} ${value}`];
}
/** What a row has that no other of its kind may have. */
export function keysOf(kind: FleetKind, row: Row): readonly string[] {
  const own = UNIQUE[kind] as ((row: Row) => readonly string[]) | undefined; // of the rows of its table
  if (own !== undefined) return own(row);
  const { key, references } = kindOf(kind);
  if (key === null) return [];
  const [parent] = references;
  return [`${parent === undefined ? "" : refersTo(row, parent.property)} ${Reflect.get(row, key)}`];
}
