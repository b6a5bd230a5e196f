/**
 * The last words of a transaction of the fleet among several nodes, with its COMMIT in one message: who is stopped in the middle of one holds
 * nothing that commits wait for. A node that was declared dead is not heard any more. What it tells the others becomes a record of the log that
 * is nobody's (node 0), so that its own node reads it, too. As in commit_batch the row of the node is locked first and \`head\` last.
 * @param p_body null: it tells nothing
 */
export const FLEET = `
  CREATE OR REPLACE FUNCTION end_fleet(p_node bigint, p_epoch bigint, p_no bigint, p_rev bigint, p_body bytea, p_crc bigint)
  RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE v_seq bigint; BEGIN
    PERFORM 1 FROM node WHERE id = p_node AND epoch = p_epoch AND alive = 1 FOR SHARE;
    IF NOT FOUND THEN RAISE EXCEPTION 'this server does not have the store any more' USING ERRCODE = 'FC001'; END IF;
    IF p_body IS NULL THEN RETURN 0; END IF;
    UPDATE head SET seq = seq + 1 RETURNING seq - 1 INTO v_seq;
    INSERT INTO fleet_said VALUES (p_node, p_no, p_rev, v_seq)
      ON CONFLICT (node) DO UPDATE SET no = excluded.no, rev = excluded.rev, seq = excluded.seq;
    INSERT INTO log (id, count, body, mark, node) VALUES (v_seq, 1, p_body,
      (p_crc # (v_seq & 4294967295) # ((v_seq / 4294967296) & 4294967295)) & 4294967295, 0);
    PERFORM pg_notify(log_channel(), '');
    RETURN v_seq;
  END $$;
`;
