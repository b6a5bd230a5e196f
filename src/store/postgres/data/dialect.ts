/**
 * A statement of src/store/sqlite/data in PostgreSQL's words. Both understand all of them but for parameters, which are `?` or `?1` there,
 * lists given as JSON, the order of joins that SQLite is told by CROSS, and how a transaction takes the write lock.
 */
export function translated(sql: string): string {
  let count = 0;
  return sql
    .replaceAll(/\?(\d*)/g, (_, place: string) => `$${place === "" ? ++count : place}`)
    .replaceAll("json_each(", "listed(")
    .replaceAll("CROSS JOIN", "JOIN")
    .replaceAll(/\bmax\((coalesce\([^)]*\)), /g, "greatest($1, ")
    .replace(/^BEGIN IMMEDIATE$/, "BEGIN");
}
