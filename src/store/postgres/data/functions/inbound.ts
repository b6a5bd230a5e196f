/** What is noted of integrations. */
export const INBOUND = `
  CREATE OR REPLACE FUNCTION drop_unlisted(passes bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM pass WHERE id = ANY(passes) AND NOT EXISTS (SELECT 1 FROM pass_list WHERE pass_list.pass = pass.id);
  $$;

  CREATE OR REPLACE FUNCTION put_pass(r json, listed bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE own bigint; entry record; gone bigint[]; BEGIN
    INSERT INTO pass (time, workspace, product, bytes, body)
      VALUES ((r->>'time')::bigint, (r->>'workspace')::bigint, (r->>'product')::bigint, octet_length(r->>'body'), r->>'body')
      RETURNING id INTO own;
    FOR entry IN
      SELECT CASE WHEN (r->>'product')::bigint > 0 THEN 1 ELSE 0 END AS kind,
        CASE WHEN (r->>'product')::bigint > 0 THEN (r->>'product')::bigint ELSE (r->>'workspace')::bigint END AS owner
      UNION ALL SELECT 2, value::bigint FROM json_array_elements_text(r->'devices')
    LOOP
      INSERT INTO pass_list (kind, owner, pass) VALUES (entry.kind, entry.owner, own);
      WITH old AS (
        DELETE FROM pass_list AS l WHERE l.kind = entry.kind AND l.owner = entry.owner AND l.id <= (
          SELECT id FROM pass_list WHERE kind = entry.kind AND owner = entry.owner ORDER BY id DESC OFFSET listed LIMIT 1
        ) RETURNING l.pass
      ) SELECT array_agg(pass) FROM old INTO gone;
      PERFORM drop_unlisted(gone);
    END LOOP;
  END $$;

  CREATE OR REPLACE FUNCTION apply_inbound(op json) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE gone bigint[]; last bigint; BEGIN CASE op->>'op'
    WHEN 'arrivals_put' THEN
      INSERT INTO arrival (key, time) SELECT r->>'key', (r->>'time')::bigint
        FROM json_array_elements(op->'rows') WITH ORDINALITY AS e (r, place) ORDER BY place ON CONFLICT DO NOTHING;
      IF op->'bound' IS NOT NULL THEN
        DELETE FROM arrival WHERE time < (op->'bound'->>'before')::bigint;
        DELETE FROM arrival WHERE id <= (SELECT id FROM arrival ORDER BY id DESC OFFSET (op->'bound'->>'most')::bigint LIMIT 1);
      END IF;
    WHEN 'passes_put' THEN
      PERFORM put_pass(r, (op->>'listed')::bigint) FROM json_array_elements(op->'rows') AS e (r);
      IF op->'bound' IS NOT NULL THEN
        SELECT max(id) FROM (SELECT id, row_number() OVER w AS n, sum(bytes) OVER w AS size FROM pass
          WINDOW w AS (ORDER BY id DESC)) AS all_of WHERE n > (op->'bound'->>'most')::bigint OR size > (op->'bound'->>'bytes')::bigint
          INTO last;
        DELETE FROM pass_list WHERE pass <= last;
        DELETE FROM pass WHERE id <= last;
      END IF;
    WHEN 'passes_drop' THEN
      WITH old AS (
        DELETE FROM pass_list WHERE kind = (op->>'kind')::bigint
          AND owner IN (SELECT value::bigint FROM json_array_elements_text(op->'owners')) RETURNING pass
      ) SELECT array_agg(pass) FROM old INTO gone;
      PERFORM drop_unlisted(gone);
    WHEN 'suggestions_put' THEN
      INSERT INTO suggestion (workspace, product, kind, name, body)
        SELECT workspace, product, kind, name, body FROM (
          SELECT DISTINCT ON (workspace, product, kind, name) place, workspace, product, kind, name, body FROM (
            SELECT place, (r->>'workspace')::bigint AS workspace, (r->>'product')::bigint AS product, r->>'kind' AS kind,
              r->>'name' AS name, r->>'body' AS body FROM json_array_elements(op->'rows') WITH ORDINALITY AS e (r, place)
          ) AS rows ORDER BY workspace, product, kind, name, place DESC
        ) AS last_of_each ORDER BY place
        ON CONFLICT (workspace, product, kind, name) DO UPDATE SET body = excluded.body;
    WHEN 'suggestions_delete' THEN
      DELETE FROM suggestion AS s USING json_to_recordset(op->'rows') AS r (workspace bigint, product bigint, kind text, name text)
        WHERE s.workspace = r.workspace AND s.product = r.product AND s.kind = r.kind AND s.name = r.name;
  END CASE; END $$;
`;
