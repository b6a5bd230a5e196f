/** What becomes of alerts, and of actions that are to be done. */
export const ALERTS = `
  CREATE OR REPLACE FUNCTION apply_alert(op json) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN CASE op->>'op'
    WHEN 'alerts_put' THEN
      INSERT INTO alert
        SELECT DISTINCT ON ((r->>'id')::bigint) (r->>'id')::bigint, (r->>'workspace')::bigint, (r->>'rule')::bigint, (r->>'device')::bigint,
          (r->>'severity')::bigint, (r->>'state')::bigint, (r->>'opened')::bigint, (r->>'changed')::bigint, r->>'body'
        FROM json_array_elements(op->'rows') WITH ORDINALITY AS e (r, place) ORDER BY (r->>'id')::bigint, place DESC
        ON CONFLICT (id) DO UPDATE SET workspace = excluded.workspace, rule = excluded.rule, device = excluded.device,
          severity = excluded.severity, state = excluded.state, opened = excluded.opened, changed = excluded.changed, body = excluded.body;
    WHEN 'alerts_trim' THEN
      DELETE FROM alert WHERE state = 2 AND changed < (op->>'before')::bigint;
      DELETE FROM alert WHERE state = 2
        AND id <= (SELECT id FROM alert WHERE state = 2 ORDER BY id DESC LIMIT 1 OFFSET (op->>'most')::bigint);
    WHEN 'alerts_forget' THEN
      DELETE FROM alert WHERE device IN (SELECT value::bigint FROM json_array_elements_text(op->'devices'));
    WHEN 'tasks_put' THEN
      INSERT INTO alert_task
        SELECT DISTINCT ON ((r->>'id')::bigint) (r->>'id')::bigint, (r->>'rule')::bigint, (r->>'time')::bigint, r->>'body'
        FROM json_array_elements(op->'rows') WITH ORDINALITY AS e (r, place) ORDER BY (r->>'id')::bigint, place DESC
        ON CONFLICT (id) DO UPDATE SET rule = excluded.rule, time = excluded.time, body = excluded.body;
    WHEN 'tasks_delete' THEN
      DELETE FROM alert_task WHERE id IN (SELECT value::bigint FROM json_array_elements_text(op->'ids'));
  END CASE; END $$;
`;
