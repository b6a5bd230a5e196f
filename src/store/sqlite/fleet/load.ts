import type { FleetChange, FleetKind, FleetRows } from "../../../fleet/types.ts";
import { apiUserFrom, deviceFrom, fieldFrom, membershipFrom, productFrom, tokenFrom, userFrom } from "./rows.ts";
import type { FleetDb, Schema } from "./schema.ts";

/**
 * Everything in the file as puts, each row after those it refers to.
 * @throws RangeError when a row holds what the program cannot have written
 */
export async function load(db: FleetDb): Promise<FleetChange[]> {
  const all: FleetChange[] = [];
  const add = <K extends FleetKind>(kind: K, rows: FleetRows[K][]): void => {
    // A kind with its own row type is a change; TypeScript cannot join them for a generic K.
    for (const row of rows) all.push({ kind, op: "put", row } as unknown as FleetChange);
  };
  add("workspace", await db.selectFrom("workspace").selectAll().orderBy("uid").execute());
  add("product", (await db.selectFrom("product").selectAll().orderBy("uid").execute()).map(productFrom));
  add("field", (await db.selectFrom("field").selectAll().orderBy("uid").execute()).map(fieldFrom));
  add("device", (await db.selectFrom("device").selectAll().orderBy("uid").execute()).map(deviceFrom));
  add("user", (await db.selectFrom("account").selectAll().orderBy("uid").execute()).map(userFrom));
  add("membership", (await db.selectFrom("membership").selectAll().orderBy("uid").execute()).map(membershipFrom));
  const grants = new Map<number, Schema["api_grant"][]>();
  for (const g of await db.selectFrom("api_grant").selectAll().orderBy("api_user").orderBy("position").execute()) {
    const own = grants.get(g.api_user);
    if (own) own.push(g);
    else grants.set(g.api_user, [g]);
  }
  const apiUsers = await db.selectFrom("api_user").selectAll().orderBy("uid").execute();
  add(
    "apiUser",
    apiUsers.map((a) => apiUserFrom(a, grants.get(a.uid) ?? [])),
  );
  add("token", (await db.selectFrom("token").selectAll().orderBy("uid").execute()).map(tokenFrom));
  return all;
}
