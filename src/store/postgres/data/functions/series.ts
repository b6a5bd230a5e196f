import { errorText } from "../../../../base/errors.ts";
import { sqlState } from "../../failures.ts";
import { SeriesTaken } from "../../../taken.ts";
import { END_OF_TIME } from "../../../ports.ts";

/** The code of an error that says "taken", the id of a series that cannot be put, and the id of the one that is there. */
const TAKEN = "FC002";

/** Who is told so; null: the error says anything else. */
export function takenBy(error: unknown): SeriesTaken | null {
  const [, own, other] = sqlState(error) === TAKEN ? (/taken (\d+) (\d+)/.exec(errorText(error)) ?? []) : [];
  return own === undefined || other === undefined ? null : new SeriesTaken([[Number(own), Number(other)]]);
}

/** What a commit does to series and their points. */
export const SERIES = `
  CREATE OR REPLACE FUNCTION apply_series(op json, blobs bytea[], last bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE own bigint; v_device bigint; v_field bigint; other bigint;
  BEGIN CASE op->>'op'
    WHEN 'series_put' THEN
      own = (op->>'id')::bigint; v_device = (op->>'device')::bigint; v_field = (op->>'field')::bigint;
      INSERT INTO series (id, device, field, type) VALUES (own, v_device, v_field, op->>'type') ON CONFLICT DO NOTHING;
      IF NOT FOUND THEN
        SELECT id INTO other FROM series WHERE device = v_device AND field = v_field AND id <> own;
        IF FOUND THEN RAISE EXCEPTION 'taken % %', own, other USING ERRCODE = '${TAKEN}'; END IF;
        UPDATE series SET device = v_device, field = v_field, type = op->>'type' WHERE id = own;
      END IF;
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
