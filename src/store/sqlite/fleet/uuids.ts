/** A random UUID (RFC 9562, version 4) as an expression of SQLite, whose random numbers come from the system's. */
const RANDOM =
  "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || " +
  "substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

function of(table: string, column: string) {
  const giving = (random: string) => `update "${table}" set "${column}" = ${random} where "${column}" is null`;
  return { table, column, give: giving(RANDOM), giveInPostgres: giving("gen_random_uuid()::text") };
}
/** Columns that hold a UUID in every row, with the statements that give one to rows of an older version, or of a salvage. */
export const UUIDS = [
  of("workspace", "uuid"),
  of("product", "uuid"),
  of("product", "integration_key"),
  of("field", "uuid"),
  of("account", "uuid"),
] as const;
