import { END_OF_TIME } from "../../../ports.ts";

/** What it does to stored sessions. */
export const SESSIONS = `
  CREATE OR REPLACE FUNCTION drop_chunks(p_session bigint, p_from bigint, p_before bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE bodies bigint[]; BEGIN
    WITH gone AS (
      DELETE FROM queue_chunk WHERE session = p_session AND first_qn >= p_from AND first_qn < p_before RETURNING shared
    ) SELECT array_agg(DISTINCT shared) FROM gone WHERE shared IS NOT NULL INTO bodies;
    DELETE FROM queue_body AS b WHERE b.id = ANY(bodies) AND NOT EXISTS (SELECT 1 FROM queue_chunk WHERE shared = b.id);
  END $$;

  DROP FUNCTION IF EXISTS apply_session(json, bytea[]);
  CREATE OR REPLACE FUNCTION apply_session(op json, blobs bytea[], p_node bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE s json; own bigint := (op->>'session')::bigint; BEGIN CASE op->>'op'
    WHEN 'session_put' THEN
      s := op->'row';
      INSERT INTO session (id, principal, client_id, version, expiry, created, disconnected_at, will, owner)
        VALUES ((s->>'id')::bigint, s->>'principal', s->>'clientId', (s->>'version')::bigint, (s->>'expiry')::bigint,
          (s->>'created')::bigint, (s->>'disconnectedAt')::bigint, blobs[(s->>'will')::int], p_node)
        ON CONFLICT (id) DO UPDATE SET principal = excluded.principal, client_id = excluded.client_id,
          version = excluded.version, expiry = excluded.expiry, created = excluded.created,
          disconnected_at = excluded.disconnected_at, will = excluded.will;
    WHEN 'session_owner' THEN
      UPDATE session SET owner = (op->>'owner')::bigint WHERE id = (op->>'id')::bigint;
    WHEN 'sessions_adopt' THEN
      -- a node that begins again waits for this, or this for it
      IF (op->>'isGone')::boolean THEN
        PERFORM 1 FROM node WHERE id = (op->>'from')::bigint FOR SHARE;
        IF EXISTS (SELECT 1 FROM node WHERE id = (op->>'from')::bigint AND alive = 1 AND up > 0) THEN RETURN; END IF;
      END IF;
      -- two that divide what a third one left wait for each other in the same order
      WITH picked AS (
        SELECT id FROM session WHERE owner = (op->>'from')::bigint AND id % (op->>'of')::bigint = (op->>'part')::bigint
          ORDER BY id FOR UPDATE
      ) UPDATE session SET owner = (op->>'to')::bigint FROM picked
          WHERE session.id = picked.id AND session.owner = (op->>'from')::bigint;
    WHEN 'session_delete' THEN
      DELETE FROM session WHERE id = (op->>'id')::bigint;
      IF FOUND THEN
        DELETE FROM subscription WHERE session = (op->>'id')::bigint;
        DELETE FROM queue_reach WHERE session = (op->>'id')::bigint;
        INSERT INTO doomed VALUES (1, (op->>'id')::bigint) ON CONFLICT DO NOTHING;
      END IF;
    WHEN 'subscription_put' THEN
      s := op->'subscription';
      INSERT INTO subscription SELECT id, s->>'filter', (s->>'qos')::bigint, (s->>'noLocal')::boolean::int,
          (s->>'retainAsPublished')::boolean::int, (s->>'retainHandling')::bigint, (s->>'identifier')::bigint,
          (s->>'sinceSeq')::bigint FROM session WHERE id = own
        ON CONFLICT (session, filter) DO UPDATE SET qos = excluded.qos, no_local = excluded.no_local,
          retain_as_published = excluded.retain_as_published, retain_handling = excluded.retain_handling,
          identifier = excluded.identifier, since_seq = excluded.since_seq;
    WHEN 'subscription_delete' THEN
      DELETE FROM subscription WHERE session = own AND filter = op->>'filter';
    WHEN 'checkpoint' THEN
      UPDATE session SET floor = (op->>'floor')::bigint, state = coalesce(blobs[(op->>'state')::int], state) WHERE id = own;
    WHEN 'chunk_put' THEN
      INSERT INTO queue_reach SELECT id, (op->>'upTo')::bigint FROM session WHERE id = own
        ON CONFLICT (session) DO UPDATE SET queued = greatest(queue_reach.queued, excluded.queued);
      IF NOT FOUND THEN RETURN; END IF;
      -- an operation may be repeated: what it wrote the first time goes
      PERFORM drop_chunks(own, (op->>'firstSeq')::bigint, (op->>'firstSeq')::bigint + 1);
      INSERT INTO queue_chunk (session, first_qn, count, deadline_max, body, shared)
        VALUES (own, (op->>'firstSeq')::bigint, (op->>'count')::bigint, (op->>'deadlineMax')::bigint,
          coalesce(blobs[(op->>'body')::int], ''), (op->>'shared')::bigint);
    WHEN 'body_put' THEN
      -- a body that several chunks have comes with each of them: which of those before are still there only the database knows
      INSERT INTO queue_body SELECT shared, blobs[(op->>'body')::int] FROM queue_chunk
        WHERE shared = (op->>'id')::bigint LIMIT 1 ON CONFLICT DO NOTHING;
    WHEN 'chunk_delete' THEN
      PERFORM drop_chunks(own, ${-END_OF_TIME}, (op->>'before')::bigint);
  END CASE; END $$;
`;
