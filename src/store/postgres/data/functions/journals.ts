/** What journals note. */
export const JOURNALS = `
  CREATE OR REPLACE FUNCTION apply_journal(op json) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN CASE op->>'op'
    WHEN 'journal_put' THEN
      INSERT INTO journal (journal, key, time, body)
        SELECT DISTINCT ON (r->>'key') op->>'journal', (r->>'key')::bigint, (r->>'time')::bigint, r->>'body'
        FROM json_array_elements(op->'rows') WITH ORDINALITY AS e (r, place) ORDER BY r->>'key', place DESC
        ON CONFLICT (journal, key) DO UPDATE SET time = excluded.time, body = excluded.body;
    WHEN 'journal_delete' THEN
      DELETE FROM journal WHERE journal = op->>'journal' AND key IN (SELECT value::bigint FROM json_array_elements_text(op->'keys'));
    WHEN 'journal_trim' THEN
      DELETE FROM journal WHERE journal = op->>'journal' AND (op->>'below' IS NULL OR key < (op->>'below')::bigint);
    WHEN 'journal_forget' THEN
      DELETE FROM journal WHERE journal IN (SELECT (op->>'own') || value FROM json_array_elements_text(op->'of'));
      DELETE FROM journal WHERE journal IN (SELECT value FROM json_array_elements_text(op->'others'))
        AND key IN (SELECT value::bigint FROM json_array_elements_text(op->'of'));
  END CASE; END $$;
`;
