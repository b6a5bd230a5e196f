import { END_OF_TIME, type StoredSession, type StoreOp } from "../../ports.ts";
import { applyAlerts, isAlertOp } from "./alerts.ts";
import { dropChunks, putChunk, type SharedBodies } from "./chunks.ts";
import { applyConsumer } from "./consumers.ts";
import { putEvents } from "./events.ts";
import { applyInbound } from "./inbound.ts";
import { applyJournal } from "./journal.ts";
import { applyPresence } from "./presence.ts";
import { putRefusals } from "./refusals.ts";
import { putRetained } from "./retained.ts";
import { applySeen } from "./seen.ts";
import type { Sql } from "./sql.ts";

export const DOOMED_SERIES = 0;
export const DOOMED_SESSION = 1;

/**
 * Applies the structured parts of a commit, inside the caller's transaction. Subscriptions, checkpoints and chunks of
 * a session that does not exist (any more) are passed over, so nothing without an owner stays in the file.
 * @param last sequence number of the last row of the commits before this one
 * @param bodies has begun with all operations of the commit
 */
export function applyOp(db: Sql, op: StoreOp, last: number, bodies: SharedBodies): void {
  if (isAlertOp(op)) return applyAlerts(db, op);
  switch (op.op) {
    case "series_put":
      db.query(
        "INSERT INTO series (id, device, field, type) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET " +
          "device = excluded.device, field = excluded.field, type = excluded.type",
      ).run(op.id, op.device, op.field, op.type);
      return;
    case "series_delete":
      for (const id of op.ids) {
        if (db.query("DELETE FROM series WHERE id = ?").run(id).changes > 0) doom(db, DOOMED_SERIES, id);
      }
      return;
    case "points_delete":
      db.query("INSERT INTO purge (series, t0, t1, seq) SELECT id, ?, ?, ? FROM series WHERE id = ?").run(
        micros(op.from),
        micros(op.to),
        last,
        op.series,
      );
      if (op.to >= END_OF_TIME)
        db.query("UPDATE series SET last_arrival = 0 WHERE id = ? AND last_arrival >= ?").run(
          op.series,
          micros(op.from),
        );
      return;
    case "retain":
      db.query("INSERT INTO retain (before, series, rollups) VALUES (?, ?, ?)").run(
        micros(op.before),
        new Uint8Array(Uint32Array.from(op.series).buffer),
        JSON.stringify((op.rollups ?? []).map(({ step, before }) => ({ step, before: micros(before) }))),
      );
      return;
    case "session_put":
      return putSession(db, op.session);
    case "session_delete":
      if (db.query("DELETE FROM session WHERE id = ?").run(op.id).changes === 0) return;
      db.query("DELETE FROM subscription WHERE session = ?").run(op.id);
      db.query("DELETE FROM queue_reach WHERE session = ?").run(op.id);
      doom(db, DOOMED_SESSION, op.id);
      return;
    case "subscription_put": {
      const s = op.subscription;
      db.query("INSERT OR REPLACE INTO subscription SELECT id, ?, ?, ?, ?, ?, ?, ? FROM session WHERE id = ?").run(
        s.filter,
        s.qos,
        s.noLocal ? 1 : 0,
        s.retainAsPublished ? 1 : 0,
        s.retainHandling,
        s.identifier,
        s.sinceSeq,
        op.session,
      );
      return;
    }
    case "subscription_delete":
      db.query("DELETE FROM subscription WHERE session = ? AND filter = ?").run(op.session, op.filter);
      return;
    case "checkpoint":
      if (op.state === null) db.query("UPDATE session SET floor = ? WHERE id = ?").run(op.floor, op.session);
      else db.query("UPDATE session SET floor = ?, state = ? WHERE id = ?").run(op.floor, op.state, op.session);
      return;
    case "chunk_put":
      return putChunk(db, op, bodies);
    case "chunk_delete":
      dropChunks(db, "session = ? AND first_qn < ?", op.session, op.before);
      return;
    case "session_owner":
    case "sessions_adopt":
      return; // one server alone has the file
    case "retained":
      return putRetained(db, op.changes);
    case "refusals_put":
      return putRefusals(db, op.rows);
    case "events_put":
      putEvents(db, op.rows, op.before, op.most);
      return;
    case "presence_put":
    case "presence_told":
    case "presence_delete":
      applyPresence(db, op);
      return;
    case "seen_floor":
      db.query("UPDATE meta SET seen_floor = ? WHERE seen_floor < ?").run(op.seq, op.seq);
      return;
    case "seen_put":
    case "seen_drop":
      applySeen(db, op);
      return;
    case "consumer_put":
    case "consumer_delete":
      applyConsumer(db, op);
      return;
    case "journal_put":
    case "journal_delete":
    case "journal_trim":
    case "journal_forget":
      applyJournal(db, op);
      return;
    case "trim":
      db.query("UPDATE meta SET trim_to = ? WHERE trim_to < ?").run(op.upTo, op.upTo);
      return;
    default:
      if (op.op !== "node_up") applyInbound(db, op);
  }
}

/** The first whole microsecond that is not before a time, within what a column takes. */
function micros(time: number): number {
  return Math.ceil(Math.max(Number.MIN_SAFE_INTEGER, Math.min(time, Number.MAX_SAFE_INTEGER)));
}

/** Its blocks or chunks may be many: they are deleted in slices later, and unreachable from now on. */
function doom(db: Sql, kind: number, owner: number): void {
  db.query("INSERT OR IGNORE INTO doomed VALUES (?, ?)").run(kind, owner);
}

function putSession(db: Sql, s: StoredSession): void {
  db.query(
    "INSERT INTO session (id, principal, client_id, version, expiry, created, disconnected_at, will) " +
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET principal = excluded.principal, " +
      "client_id = excluded.client_id, version = excluded.version, expiry = excluded.expiry, " +
      "created = excluded.created, disconnected_at = excluded.disconnected_at, will = excluded.will",
  ).run(s.id, s.principal, s.clientId, s.version, s.expiry, s.created, s.disconnectedAt, s.will);
}
