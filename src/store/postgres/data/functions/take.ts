/**
 * A node takes the store, with a higher epoch than ever: who had it commits nothing any more. It gets no row while another one has it. A node
 * that commits at this moment has locked its row and is passed over: it is not dead, and judges cannot block one another. Its own row it
 * takes at once: the data folder's lock says that the process before is gone; unless another machine has a copy of the folder.
 * What waits is of another version than who has it now: never change the parameters.
 * @param p_judges whether it may declare nodes dead whose lease is over
 */
export const TAKE = `
  CREATE OR REPLACE FUNCTION take_over(
    p_identity text, p_address text, p_version text, p_since bigint, p_lease interval, p_judges boolean
  ) RETURNS TABLE (o_node bigint, o_epoch bigint, o_commit_no bigint, o_next_seq bigint, o_next_body bigint) LANGUAGE plpgsql AS $$
  DECLARE other bigint; BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('fieldcast take ' || current_schema()));
    INSERT INTO node (id, identity, epoch, alive, commit_no, first_seq, address, version, since)
      SELECT coalesce(max(id), 0) + 1, p_identity, 0, 0, 0, 0, p_address, p_version, p_since FROM node
      ON CONFLICT (identity) DO NOTHING;
    FOR other IN SELECT id FROM node WHERE alive = 1 AND (identity <> p_identity OR address <> p_address) ORDER BY id LOOP
      IF NOT p_judges THEN RETURN; END IF;
      PERFORM 1 FROM node WHERE id = other AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED;
      IF NOT FOUND THEN RETURN; END IF;
      UPDATE node SET alive = 0 WHERE id = other;
    END LOOP;
    RETURN QUERY UPDATE node SET epoch = (SELECT max(epoch) FROM node) + 1, alive = 1, several = 0, lease_until = clock_timestamp() + p_lease,
        address = p_address, version = p_version, since = p_since
      WHERE identity = p_identity
      RETURNING id, epoch, commit_no, (SELECT seq FROM head), (SELECT coalesce(max(id), 0) + 1 FROM queue_body);
  END $$;
`;
