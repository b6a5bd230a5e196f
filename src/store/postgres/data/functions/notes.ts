/** Refusals kept for each device, and for each principal where no device is known, as SQLite keeps them. */
const REFUSALS_KEPT = 200;

/**
 * What src/store/presence.ts says, for many devices. Two nodes tell of the same ones in the order of their commits, for rows that one has
 * changed are locked until it is done; all lock them in the same order first.
 */
export const PRESENCE = `
  CREATE OR REPLACE FUNCTION presence_told(op json, p_holder text, p_time bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM 1 FROM presence WHERE device IN (SELECT (e->>'device')::bigint FROM json_array_elements(op->'up') AS e
        UNION ALL SELECT (e->>'device')::bigint FROM json_array_elements(op->'down') AS e) ORDER BY device FOR UPDATE;
    INSERT INTO presence AS p (device, connected, connected_at, disconnected_at, number, holders)
      SELECT r.device, 1, p_time, NULL, r.floor + 1, p_holder FROM json_to_recordset(op->'up') AS r (device bigint, floor bigint) ORDER BY r.device
      ON CONFLICT (device) DO UPDATE SET connected = 1,
        connected_at = CASE WHEN p.connected = 1 THEN p.connected_at ELSE excluded.connected_at END,
        number = CASE WHEN p.connected = 1 THEN p.number ELSE greatest(p.number + 1, excluded.number) END,
        holders = CASE WHEN p.connected = 0 THEN excluded.holders
          WHEN p_holder = ANY (string_to_array(p.holders, ',')) THEN p.holders
          ELSE concat_ws(',', nullif(p.holders, ''), p_holder) END;
    UPDATE presence AS p SET holders = array_to_string(array_remove(string_to_array(p.holders, ','), p_holder), ','),
        connected = CASE WHEN p.holders IN ('', p_holder) THEN 0 ELSE 1 END,
        disconnected_at = CASE WHEN p.holders IN ('', p_holder) THEN p_time ELSE p.disconnected_at END,
        number = CASE WHEN p.holders IN ('', p_holder) THEN greatest(p.number, r.floor) + 1 ELSE p.number END
      FROM json_to_recordset(op->'down') AS r (device bigint, floor bigint) WHERE p.device = r.device AND p.connected = 1;
  END $$;
`;

/** What is noted of devices and clients, of consumers, and of the log itself. */
export const NOTES = `
  CREATE OR REPLACE FUNCTION apply_note(op json) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN CASE op->>'op'
    WHEN 'refusals_put' THEN
      INSERT INTO refusal (device, principal, time, code, message, topic, payload, base64, count, first)
        SELECT r.device, r.principal, r.time, r.code, r.message, r.topic, r.payload, r.base64::int, r.count, r.first
        FROM json_to_recordset(op->'rows') AS r (device bigint, principal text, time bigint, code text, message text,
          topic text, payload text, base64 boolean, count bigint, first bigint);
      DELETE FROM refusal AS r USING (
        SELECT DISTINCT x.device, CASE WHEN x.device > 0 THEN NULL ELSE x.principal END AS principal
        FROM json_to_recordset(op->'rows') AS x (device bigint, principal text)
      ) AS k WHERE CASE WHEN k.device > 0 THEN r.device = k.device ELSE r.principal = k.principal AND r.device = 0 END
        AND r.id <= CASE WHEN k.device > 0
          THEN (SELECT id FROM refusal WHERE device = k.device ORDER BY id DESC OFFSET ${REFUSALS_KEPT} LIMIT 1)
          ELSE (SELECT id FROM refusal WHERE principal = k.principal AND device = 0 ORDER BY id DESC OFFSET ${REFUSALS_KEPT} LIMIT 1)
        END;
    WHEN 'events_put' THEN
      INSERT INTO door (time, workspace, principal, device, kind, body)
        SELECT r.time, r.workspace, r.principal, r.device, r.kind, r.body
        FROM json_to_recordset(op->'rows') AS r (time bigint, workspace bigint, principal text, device bigint, kind text, body text);
      DELETE FROM door WHERE time < (op->>'before')::bigint;
      DELETE FROM door WHERE id <= (SELECT id FROM door ORDER BY id DESC OFFSET (op->>'most')::bigint LIMIT 1);
    WHEN 'presence_put' THEN
      INSERT INTO presence (device, connected, connected_at, disconnected_at, number) SELECT r.device, r.connected::int, r."connectedAt", r."disconnectedAt", r.number
        FROM json_to_record(op->'presence') AS r (device bigint, connected boolean, "connectedAt" bigint, "disconnectedAt" bigint, number bigint)
        ON CONFLICT (device) DO UPDATE SET connected = excluded.connected, connected_at = excluded.connected_at,
          disconnected_at = excluded.disconnected_at, number = excluded.number, holders = '';
    WHEN 'presence_told' THEN
      PERFORM presence_told(op, op->>'holder', (op->>'time')::bigint);
    WHEN 'presence_delete' THEN
      DELETE FROM presence WHERE device IN (SELECT value::bigint FROM json_array_elements_text(op->'devices'));
    WHEN 'seen_floor' THEN
      UPDATE state SET seen_floor = (op->>'seq')::bigint WHERE seen_floor < (op->>'seq')::bigint;
    WHEN 'seen_put' THEN
      -- of two rows of one device the last holds
      INSERT INTO seen (product, device, number) SELECT product, device, number FROM (
          SELECT DISTINCT ON (product, device) place, product, device, number FROM (
            SELECT place, (r->>'product')::bigint AS product, r->>'device' AS device, (r->>'number')::bigint AS number
              FROM json_array_elements(op->'rows') WITH ORDINALITY AS e (r, place)
          ) AS rows ORDER BY product, device, place DESC
        ) AS last_of_each ORDER BY place
        ON CONFLICT (product, device) DO UPDATE SET number = excluded.number;
    WHEN 'seen_drop' THEN
      DELETE FROM seen WHERE product IN (SELECT value::bigint FROM json_array_elements_text(op->'products'));
    WHEN 'consumer_put' THEN
      INSERT INTO consumer (name, position, lost, note)
        SELECT * FROM json_to_record(op->'consumer') AS r (name text, position bigint, lost bigint, note text)
        ON CONFLICT (name) DO UPDATE SET position = excluded.position, lost = excluded.lost, note = excluded.note;
    WHEN 'consumer_delete' THEN
      DELETE FROM consumer WHERE name = op->>'name';
    WHEN 'node_up' THEN
      UPDATE node SET up = epoch WHERE id = (op->>'node')::bigint AND epoch = (op->>'epoch')::bigint;
    WHEN 'trim' THEN
      UPDATE state SET trim_to = (op->>'upTo')::bigint WHERE trim_to < (op->>'upTo')::bigint;
  END CASE; END $$;
`;
