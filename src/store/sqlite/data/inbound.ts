import type { InboundOp, PassList, PassQuery, StoredArrival, StoredPass } from "../../ports.ts";
import { insertedId } from "./chunks.ts";
import type { Sql } from "./sql.ts";

const LISTS: readonly PassList[] = ["workspace", "product", "device"];

/** Applies what a commit notes of integrations, inside the caller's transaction. */
export function applyInbound(db: Sql, op: InboundOp): void {
  switch (op.op) {
    case "arrivals_put":
      putArrivals(db, op.rows, op.bound);
      return;
    case "passes_put":
      for (const row of op.rows) putPass(db, row, op.listed);
      if (op.bound !== undefined) boundPasses(db, op.bound.most, op.bound.bytes);
      return;
    case "passes_drop":
      for (const owner of op.owners) dropLists(db, LISTS.indexOf(op.list), owner);
      return;
    case "suggestions_put": {
      const put = db.query(
        "INSERT INTO suggestion (workspace, product, kind, name, body) VALUES (?, ?, ?, ?, ?) " +
          "ON CONFLICT (workspace, product, kind, name) DO UPDATE SET body = excluded.body",
      );
      for (const { workspace, product, kind, name, body } of op.rows) put.run(workspace, product, kind, name, body);
      return;
    }
    case "suggestions_delete": {
      const drop = db.query("DELETE FROM suggestion WHERE workspace = ? AND product = ? AND kind = ? AND name = ?");
      for (const { workspace, product, kind, name } of op.rows) drop.run(workspace, product, kind, name);
      return;
    }
    default:
      op satisfies never;
  }
}

function putArrivals(
  db: Sql,
  rows: readonly StoredArrival[],
  bound: Extract<InboundOp, { op: "arrivals_put" }>["bound"],
): void {
  const insert = db.query("INSERT OR IGNORE INTO arrival (key, time) VALUES (?, ?)");
  for (const { key, time } of rows) insert.run(key, time);
  if (bound === undefined) return;
  db.query("DELETE FROM arrival WHERE time < ?").run(bound.before);
  db.query("DELETE FROM arrival WHERE id <= (SELECT max(id) FROM arrival) - ?").run(bound.most);
}

function putPass(db: Sql, pass: Extract<InboundOp, { op: "passes_put" }>["rows"][number], listed: number): void {
  const { time, workspace, product, devices, body } = pass;
  const insert = "INSERT INTO pass (time, workspace, product, bytes, body) VALUES (?, ?, ?, ?, ?) RETURNING id";
  const id = insertedId(db.query<{ id: number }>(insert).get(time, workspace, product, Buffer.byteLength(body), body));
  const owners: [PassList, number][] = product > 0 ? [["product", product]] : [["workspace", workspace]];
  for (const device of devices) owners.push(["device", device]);
  const enter = db.query("INSERT INTO pass_list (kind, owner, pass) VALUES (?, ?, ?)");
  const trim = db.query<{ pass: number }, [number, number, number, number, number]>(
    "DELETE FROM pass_list WHERE kind = ? AND owner = ? AND id <= (SELECT id FROM pass_list WHERE kind = ? AND owner = ? " +
      "ORDER BY id DESC LIMIT 1 OFFSET ?) RETURNING pass",
  );
  for (const [list, owner] of owners) {
    const kind = LISTS.indexOf(list);
    enter.run(kind, owner, id);
    dropUnlisted(db, trim.all(kind, owner, kind, owner, listed));
  }
}

function dropLists(db: Sql, kind: number, owner: number): void {
  const gone = db.query<{ pass: number }, [number, number]>(
    "DELETE FROM pass_list WHERE kind = ? AND owner = ? RETURNING pass",
  );
  dropUnlisted(db, gone.all(kind, owner));
}

/** Passes that left a list go when they are in no other. */
function dropUnlisted(db: Sql, left: readonly { readonly pass: number }[]): void {
  const drop = db.query(
    "DELETE FROM pass WHERE id = ? AND NOT EXISTS (SELECT 1 FROM pass_list WHERE pass_list.pass = pass.id)",
  );
  for (const { pass } of left) drop.run(pass);
}

function boundPasses(db: Sql, most: number, bytes: number): void {
  const last = db
    .query<{ id: number | null }, [number, number]>(
      "SELECT max(id) AS id FROM (SELECT id, row_number() OVER w AS n, sum(bytes) OVER w AS size FROM pass " +
        "WINDOW w AS (ORDER BY id DESC)) WHERE n > ? OR size > ?",
    )
    .get(most, bytes);
  if (last === null || last.id === null) return;
  db.query("DELETE FROM pass_list WHERE pass <= ?").run(last.id);
  db.query("DELETE FROM pass WHERE id <= ?").run(last.id);
}

/** See InboundStore.readPasses. */
export function selectPasses(db: Sql, { list, owner, before, limit }: PassQuery): StoredPass[] {
  return db
    .query<StoredPass, [number, number, number, number]>(
      "SELECT pass.id, time, workspace, product, body FROM pass_list JOIN pass ON pass.id = pass_list.pass " +
        "WHERE kind = ? AND owner = ? AND pass < ? ORDER BY pass_list.id DESC LIMIT ?",
    )
    .all(LISTS.indexOf(list), owner, before ?? Number.MAX_SAFE_INTEGER, limit);
}
