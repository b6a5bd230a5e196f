/** A retained message that has expired goes, but not the one that came in its place: `deadline` is that of the former, 0: any goes. */
export const RETAINED = `
  CREATE OR REPLACE FUNCTION apply_retained(op json, blobs bytea[]) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE own bytea := blobs[(op->>'topic')::int]; space bigint := (op->>'workspace')::bigint; BEGIN CASE op->>'op'
    WHEN 'retained_put' THEN
      INSERT INTO retained (workspace, topic, body) VALUES (space, own, blobs[(op->>'body')::int])
        ON CONFLICT (workspace, sha256(topic)) DO UPDATE SET body = excluded.body;
    WHEN 'retained_remove' THEN
      DELETE FROM retained WHERE workspace = space AND sha256(topic) = sha256(own) AND ((op->>'deadline')::bigint = 0
        -- the deadline of a packed message: src/store/retained.ts
        OR get_byte(body, 8) + get_byte(body, 9) * 256::bigint + get_byte(body, 10) * 65536::bigint + get_byte(body, 11) * 16777216::bigint
          = (op->>'deadline')::bigint);
  END CASE; END $$;
`;
