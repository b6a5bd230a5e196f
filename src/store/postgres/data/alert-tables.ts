/** Alerts, and actions that are to be done. */
export const ALERTS = `
  CREATE TABLE alert (
    id bigint PRIMARY KEY, workspace bigint NOT NULL, rule bigint NOT NULL, device bigint NOT NULL, severity bigint NOT NULL,
    state bigint NOT NULL, opened bigint NOT NULL, changed bigint NOT NULL, body text COLLATE "C" NOT NULL
  );
  CREATE INDEX alert_workspace ON alert (workspace);
  CREATE INDEX alert_device ON alert (device);
  CREATE INDEX alert_rule ON alert (rule);
  CREATE INDEX alert_state ON alert (state, changed);
  CREATE TABLE alert_task (
    id bigint PRIMARY KEY, rule bigint NOT NULL, time bigint NOT NULL, body text COLLATE "C" NOT NULL
  );
`;
