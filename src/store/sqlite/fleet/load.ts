import { sql } from "kysely";
import type { AnyRow } from "../../../fleet/kind.ts";
import { allKinds } from "../../../fleet/kinds.ts";
import type { FleetChange } from "../../../fleet/types.ts";
import { storedForm } from "./kinds.ts";
import { grantFrom } from "./rows.ts";
import type { FleetDb, Schema } from "./schema.ts";

/**
 * Everything in the file as puts, each row after those it refers to.
 * @throws RangeError when a row holds what the program cannot have written
 */
export async function load(db: FleetDb): Promise<FleetChange[]> {
  const all: FleetChange[] = [];
  for (const { name, table } of allKinds()) {
    const { from } = storedForm(name);
    const { rows } = await sql<never>`select * from ${sql.table(table)} order by uid`.execute(db);
    const whole = name === "apiUser" ? await withGrants(db) : (row: AnyRow) => row;
    // A kind with its own row type is a change; TypeScript cannot join them for all kinds.
    for (const row of rows.map(from)) all.push({ kind: name, op: "put", row: whole(row) } as unknown as FleetChange);
  }
  return all;
}

/** Gives API users their lines of rights. */
async function withGrants(db: FleetDb): Promise<(row: AnyRow) => AnyRow> {
  const grants = new Map<number, Schema["api_grant"][]>();
  for (const g of await db.selectFrom("api_grant").selectAll().orderBy("api_user").orderBy("position").execute()) {
    const own = grants.get(g.api_user);
    if (own) own.push(g);
    else grants.set(g.api_user, [g]);
  }
  return (row) => {
    const own: AnyRow & Record<string, unknown> = { ...row };
    own.grants = (grants.get(row.uid) ?? []).map(grantFrom);
    return own;
  };
}
