/**
 * What people find in the schema who read it with SQL: the views `measurement` and `current_value`, the function `measurement_between`, and
 * who may read what. The names and columns are a promise (docs/postgresql.md "SQL for people"); the tables below are not.
 */

/** How measurements are kept for SQL besides: not at all; up to 1,024 points of a series in a row, in arrays; a row each. */
export type SqlMode = "off" | "arrays" | "rows";

const VALUES = 'num float8, bool boolean, text text COLLATE "C", lat float8, lng float8';
const ANSWER = "workspace, product, device, field, time, num, bool, text, lat, lng";

/** Whoever reads, and what series there are to be filled in from what was stored before. */
export const KEPT: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS sql_state (id bigint PRIMARY KEY CHECK (id = 1), mode text COLLATE "C" NOT NULL, made text COLLATE "C" NOT NULL)',
  "CREATE TABLE IF NOT EXISTS sql_reader (role regrole NOT NULL, workspace bigint NOT NULL, PRIMARY KEY (role, workspace))",
  "CREATE TABLE IF NOT EXISTS sql_due (series bigint PRIMARY KEY, upto bigint NOT NULL)",
  `CREATE TABLE IF NOT EXISTS current_point (series bigint PRIMARY KEY, time timestamptz NOT NULL, ${VALUES}) WITH (fillfactor = 70)`,
];

/** See Chunk. Chunks of a series do not overlap in time. */
const CHUNK = `CREATE TABLE IF NOT EXISTS chunk (
  series bigint NOT NULL, first timestamptz NOT NULL, last timestamptz NOT NULL, n int NOT NULL, step bigint NOT NULL,
  dt int[], wide bigint[], div float8 NOT NULL, i int[], j int[], f float8[], g float8[], b boolean[], s text[],
  PRIMARY KEY (series, last, first)
)`;
const POINT_ROW = `CREATE TABLE IF NOT EXISTS point_row (
  series bigint NOT NULL, time timestamptz NOT NULL, ${VALUES}, PRIMARY KEY (series, time)
)`;
export const TABLES: Readonly<Record<Exclude<SqlMode, "off">, string>> = { arrays: CHUNK, rows: POINT_ROW };

/** Those that whoever asks may read: by a role that was granted, or as who owns the schema. Asked once for a query. */
const READABLE = (s: string): string => `w.uid = ANY (ARRAY(
  SELECT x.uid FROM ${s}.workspace x
  WHERE pg_has_role((SELECT nspowner FROM pg_namespace WHERE nspname = '${s.slice(1, -1)}'), 'USAGE')
    OR EXISTS (SELECT FROM ${s}.sql_reader r WHERE r.workspace = x.uid AND pg_has_role(r.role::oid, 'USAGE'))))`;
const NAMED = (s: string): string =>
  `${s}.workspace w JOIN ${s}.product p ON p.workspace = w.uid JOIN ${s}.device d ON d.product = p.uid
  JOIN ${s}.series e ON e.device = d.uid JOIN ${s}.field f ON f.uid = e.field`;
const NAMES = "w.slug AS workspace, p.slug AS product, d.id AS device, f.id AS field";

/** A chunk's points, with the times between which it lies: a condition on these finds chunks by the index, one on `time` does not. */
const SPAN = (s: string): string => `CREATE OR REPLACE VIEW ${s}.measurement_span WITH (security_barrier) AS
  SELECT ${NAMES}, c.first + coalesce(u.dt, u.wide) * c.step * interval '1 microsecond' AS time,
    CASE WHEN u.j IS NULL AND u.g IS NULL THEN coalesce(u.i / c.div, u.f) END AS num, u.b AS bool, u.s COLLATE "C" AS text,
    CASE WHEN u.j IS NOT NULL OR u.g IS NOT NULL THEN coalesce(u.i / c.div, u.f) END AS lat, coalesce(u.j / c.div, u.g) AS lng,
    c.first AS chunk_first, c.last AS chunk_last
  FROM ${NAMED(s)} JOIN ${s}.chunk c ON c.series = e.id,
    LATERAL unnest(c.dt, c.wide, c.i, c.j, c.f, c.g, c.b, c.s) AS u (dt, wide, i, j, f, g, b, s)
  WHERE ${READABLE(s)}`;
const OF_ARRAYS = (s: string): string =>
  `CREATE OR REPLACE VIEW ${s}.measurement WITH (security_barrier) AS SELECT ${ANSWER} FROM ${s}.measurement_span`;
const OF_ROWS = (s: string): string => `CREATE OR REPLACE VIEW ${s}.measurement WITH (security_barrier) AS
  SELECT ${NAMES}, c.time, c.num, c.bool, c.text, c.lat, c.lng
  FROM ${NAMED(s)} JOIN ${s}.point_row c ON c.series = e.id WHERE ${READABLE(s)}`;
const CURRENT = (s: string): string => `CREATE OR REPLACE VIEW ${s}.current_value WITH (security_barrier) AS
  SELECT ${NAMES}, c.time, c.num, c.bool, c.text, c.lat, c.lng
  FROM ${NAMED(s)} JOIN ${s}.current_point c ON c.series = e.id WHERE ${READABLE(s)}`;

/** One that PostgreSQL writes into the query that calls it, so that it is planned with it. */
const BETWEEN = (s: string, from: string, chunks: string): string =>
  `CREATE OR REPLACE FUNCTION ${s}.measurement_between(since timestamptz, until timestamptz)
  RETURNS TABLE (workspace text, product text, device text, field text, "time" timestamptz, ${VALUES.replace(' COLLATE "C"', "")})
  LANGUAGE sql STABLE AS $$ SELECT ${ANSWER} FROM ${s}.${from} m WHERE ${chunks}m.time >= $1 AND m.time <= $2 $$`;

/** Superusers run these: whatever their search_path has, only the system's functions are meant. */
const GRANTS = (s: string): readonly string[] => [
  `CREATE OR REPLACE FUNCTION ${s}.sql_grants(role regrole) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA ${s} TO %s', role);
    EXECUTE format('GRANT SELECT ON ${s}.measurement, ${s}.current_value TO %s', role);
    IF to_regclass('${s}.measurement_span') IS NOT NULL THEN
      EXECUTE format('GRANT SELECT ON ${s}.measurement_span TO %s', role);
    END IF;
    EXECUTE format('GRANT EXECUTE ON FUNCTION ${s}.measurement_between TO %s', role);
  END $$`,
  `CREATE OR REPLACE FUNCTION ${s}.grant_reading(role regrole, workspace text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN
    DELETE FROM ${s}.sql_reader r WHERE NOT EXISTS (SELECT FROM ${s}.workspace w WHERE w.uid = r.workspace);
    INSERT INTO ${s}.sql_reader SELECT grant_reading.role, w.uid FROM ${s}.workspace w WHERE w.slug = grant_reading.workspace
      ON CONFLICT DO NOTHING;
    IF NOT EXISTS (SELECT FROM ${s}.workspace w WHERE w.slug = grant_reading.workspace) THEN
      RAISE EXCEPTION 'there is no workspace %', workspace;
    END IF;
    PERFORM ${s}.sql_grants(role);
  END $$`,
  `CREATE OR REPLACE FUNCTION ${s}.revoke_reading(role regrole, workspace text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN
    DELETE FROM ${s}.sql_reader r USING ${s}.workspace w
      WHERE r.role = revoke_reading.role AND w.uid = r.workspace AND w.slug = revoke_reading.workspace;
    IF NOT FOUND THEN RAISE EXCEPTION '% could not read %', role, workspace; END IF;
  END $$`,
  ...[
    "sql_grants(regrole)",
    "grant_reading(regrole, text)",
    "revoke_reading(regrole, text)",
    "measurement_between",
  ].map((name) => `REVOKE ALL ON FUNCTION ${s}.${name} FROM PUBLIC`),
  // views are made anew by an update
  `SELECT ${s}.sql_grants(role) FROM (SELECT DISTINCT r.role FROM ${s}.sql_reader r JOIN pg_roles o ON o.oid = r.role) AS readers`,
];

/** Statements that make, or bring up to date, what people ask. @param schema its name, in quotation marks */
export function objects(schema: string, mode: Exclude<SqlMode, "off">): readonly string[] {
  const made =
    mode === "arrays"
      ? [
          SPAN(schema),
          OF_ARRAYS(schema),
          BETWEEN(schema, "measurement_span", "m.chunk_last >= $1 AND m.chunk_first <= $2 AND "),
        ]
      : [OF_ROWS(schema), BETWEEN(schema, "measurement", ""), `DROP VIEW IF EXISTS ${schema}.measurement_span`];
  return [...made, CURRENT(schema), ...GRANTS(schema)];
}

/** Statements that take everything of it away but who may read what; what others built on it goes, too. */
export function gone(schema: string): readonly string[] {
  const functions = ["measurement_between", "grant_reading", "revoke_reading", "sql_grants"];
  return [
    ...["measurement", "measurement_span", "current_value"].map(
      (view) => `DROP VIEW IF EXISTS ${schema}.${view} CASCADE`,
    ),
    ...functions.map((name) => `DROP FUNCTION IF EXISTS ${schema}.${name} CASCADE`),
    ...["chunk", "point_row", "current_point", "sql_due"].map((table) => `DROP TABLE IF EXISTS ${schema}.${table}`),
  ];
}
