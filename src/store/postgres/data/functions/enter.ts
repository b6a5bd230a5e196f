/**
 * Several nodes share a store. One enters with a higher epoch than ever, beside those that share it; like TAKE it gets no row while a server
 * has the store that does not share it. What it had before is its own still when nobody missed it, or nobody else is there (o_kept).
 * What waits is of another version than who has it now: never change the parameters.
 *
 * A node that is gone is told of by a row of the log, in the transaction that fences it: nothing of it comes behind that row. A judge may say
 * so of another when its lease is over; one that commits at this moment has locked its row, and is passed over. Of itself a node may say so
 * at any time. The row is of no node (0), so that all of them read it.
 */
export const ENTER = `
  CREATE OR REPLACE FUNCTION enter_store(
    p_identity text, p_address text, p_version text, p_since bigint, p_lease interval, p_judges boolean
  ) RETURNS TABLE (o_node bigint, o_epoch bigint, o_commit_no bigint, o_next_seq bigint, o_next_body bigint, o_kept bigint)
  LANGUAGE plpgsql AS $$
  DECLARE other bigint; kept bigint; BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('fieldcast take ' || current_schema()));
    INSERT INTO node (id, identity, epoch, alive, commit_no, first_seq, address, version, since)
      SELECT coalesce(max(id), 0) + 1, p_identity, 0, 0, 0, 0, p_address, p_version, p_since FROM node
      ON CONFLICT (identity) DO NOTHING;
    -- who goes on with what it had holds it meanwhile
    PERFORM 1 FROM node WHERE identity = p_identity FOR UPDATE;
    FOR other IN
      SELECT id FROM node WHERE alive = 1 AND (identity <> p_identity AND several = 0 OR identity = p_identity AND address <> p_address) ORDER BY id
    LOOP
      IF NOT p_judges THEN RETURN; END IF;
      PERFORM 1 FROM node WHERE id = other AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED;
      IF NOT FOUND THEN RETURN; END IF;
      UPDATE node SET alive = 0 WHERE id = other;
    END LOOP;
    SELECT CASE WHEN alive = 1 OR NOT EXISTS (SELECT 1 FROM node WHERE alive = 1) THEN 1 ELSE 0 END FROM node
      WHERE identity = p_identity INTO kept;
    RETURN QUERY UPDATE node SET epoch = (SELECT max(epoch) FROM node) + 1, up = CASE WHEN alive = 1 THEN up ELSE 0 END, alive = 1, several = 1,
        applied = 0, lease_until = clock_timestamp() + p_lease, address = p_address, version = p_version, since = p_since
      WHERE identity = p_identity
      RETURNING id, epoch, commit_no, (SELECT seq FROM head), (SELECT coalesce(max(id), 0) + 1 FROM queue_body), kept;
  END $$;

  CREATE OR REPLACE PROCEDURE declare_gone(
    p_judge bigint, p_judge_epoch bigint, p_node bigint, p_epoch bigint, p_body bytea, p_crc bigint, INOUT p_seq bigint
  ) LANGUAGE plpgsql AS $$
  BEGIN
    p_seq = 0;
    PERFORM 1 FROM node WHERE id = p_judge AND epoch = p_judge_epoch AND alive = 1;
    IF NOT FOUND THEN RAISE EXCEPTION 'this server does not have the store any more' USING ERRCODE = 'FC001'; END IF;
    PERFORM 1 FROM node WHERE id = p_node AND epoch = p_epoch AND alive = 1 AND (id = p_judge OR lease_until < clock_timestamp())
      FOR UPDATE SKIP LOCKED;
    IF FOUND THEN
      UPDATE node SET alive = 0 WHERE id = p_node;
      UPDATE head SET seq = seq + 1 RETURNING seq - 1 INTO p_seq;
      INSERT INTO log (id, count, body, mark, node) VALUES (p_seq, 1, p_body,
        (p_crc # (p_seq & 4294967295) # ((p_seq / 4294967296) & 4294967295)) & 4294967295, 0);
      PERFORM pg_notify(log_channel(), '');
    END IF;
    COMMIT;
  END $$;
`;
