import { LEASE_MS } from "../../lease.ts";

/** The channel of the log of a schema, as the function log_channel says: commits tell it of themselves. */
export function channelOf(schema: string): string {
  return `fieldcast_${new Bun.CryptoHasher("md5").update(schema).digest("hex")}`;
}

/**
 * One CALL is one commit, and it COMMITs itself: a client that is stopped in the middle holds nothing that others wait for. It tells its
 * node's row, which renews its lease, applies the operations, and takes the log's number last. Nothing is locked behind \`head\`.
 * @param p_known records of this node from here on were refused, though one may have got there, and go
 */
export const COMMIT = `
  -- see channelOf; a name may have 63 bytes
  CREATE OR REPLACE FUNCTION log_channel() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'fieldcast_' || md5(current_schema()::text)
  $$;
  CREATE OR REPLACE PROCEDURE commit_batch(
    p_node bigint, p_epoch bigint, p_no bigint, p_known bigint, p_count bigint, p_body bytea, p_crc bigint, p_ops json, p_blobs bytea[],
    p_series bigint, p_session bigint, INOUT p_seq bigint
  ) LANGUAGE plpgsql AS $$
  DECLARE op json; last bigint; BEGIN
    UPDATE node SET commit_no = p_no, lease_until = clock_timestamp() + interval '${LEASE_MS} ms' WHERE id = p_node AND epoch = p_epoch AND alive = 1 AND commit_no = p_no - 1;
    IF NOT FOUND THEN RAISE EXCEPTION 'this server does not have the store any more' USING ERRCODE = 'FC001'; END IF;
    IF p_known IS NOT NULL THEN DELETE FROM log WHERE id >= p_known AND node = p_node; END IF;
    IF p_ops IS NOT NULL THEN
      -- a deletion of points gets its place when the log has given one: another node may commit meanwhile
      FOR op IN SELECT json_array_elements(p_ops) LOOP
        CASE op->>'port'
          WHEN 'series' THEN PERFORM apply_series(op, p_blobs, -1); IF op->>'op' = 'points_delete' THEN last = -1; END IF;
          WHEN 'session' THEN PERFORM apply_session(op, p_blobs, p_node);
          WHEN 'retained' THEN PERFORM apply_retained(op, p_blobs);
          WHEN 'note' THEN PERFORM apply_note(op);
          WHEN 'journal' THEN PERFORM apply_journal(op);
          WHEN 'alert' THEN PERFORM apply_alert(op);
          WHEN 'inbound' THEN PERFORM apply_inbound(op);
        END CASE;
      END LOOP;
      IF p_series > 0 OR p_session > 0 THEN
        UPDATE state SET next_series = greatest(next_series, p_series), next_session = greatest(next_session, p_session);
      END IF;
    END IF;
    UPDATE head SET seq = seq + p_count RETURNING seq - p_count INTO p_seq;
    IF last = -1 THEN UPDATE purge SET seq = p_seq - 1 WHERE seq = -1; END IF;
    UPDATE node SET first_seq = p_seq WHERE id = p_node;
    IF p_body IS NOT NULL THEN
      -- mark.ts: what ties the record to its number
      INSERT INTO log (id, count, body, mark, node) VALUES (p_seq, p_count, p_body,
        (p_crc # (p_seq & 4294967295) # ((p_seq / 4294967296) & 4294967295)) & 4294967295, p_node);
      -- those who follow the log; a node that is alone tells nobody
      IF EXISTS (SELECT 1 FROM node WHERE id <> p_node AND alive = 1) THEN PERFORM pg_notify(log_channel(), ''); END IF;
    END IF;
    COMMIT;
  END $$;
`;
