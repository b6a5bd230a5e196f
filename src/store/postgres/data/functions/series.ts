import { END_OF_TIME } from "../../../ports.ts";

/** What a commit does to series and their points. */
export const SERIES = `
  CREATE OR REPLACE FUNCTION apply_series(op json, blobs bytea[], last bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN CASE op->>'op'
    WHEN 'series_put' THEN
      INSERT INTO series (id, device, field, type)
        VALUES ((op->>'id')::bigint, (op->>'device')::bigint, (op->>'field')::bigint, op->>'type')
        ON CONFLICT (id) DO UPDATE SET device = excluded.device, field = excluded.field, type = excluded.type;
    WHEN 'series_delete' THEN
      WITH gone AS (
        DELETE FROM series WHERE id IN (SELECT value::bigint FROM json_array_elements_text(op->'ids')) RETURNING id
      ) INSERT INTO doomed SELECT 0, id FROM gone ON CONFLICT DO NOTHING;
    WHEN 'points_delete' THEN
      INSERT INTO purge (series, t0, t1, seq)
        SELECT id, (op->>'from')::bigint, (op->>'to')::bigint, last FROM series WHERE id = (op->>'series')::bigint;
      IF (op->>'to')::bigint >= ${END_OF_TIME} THEN
        UPDATE series SET last_arrival = 0 WHERE id = (op->>'series')::bigint AND last_arrival >= (op->>'from')::bigint;
      END IF;
    WHEN 'retain' THEN
      INSERT INTO retain (before, series, rollups)
        VALUES ((op->>'before')::bigint, blobs[(op->>'series')::int], op->>'rollups');
  END CASE; END $$;
`;
