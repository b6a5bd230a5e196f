import type { AlertPort } from "../integrations/alerts/port.ts";
import type { Alert } from "../integrations/alerts/types.ts";

const VALUES = [{ field: "TEMPERATURE", value: 31, time: 1_767_268_800_000_000, unit: "°C" }];
/** One alert that is open, of the first workspace and of no device. */
const OPEN: Alert = {
  ...{
    id: 1,
    workspace: 1,
    rule: 1,
    device: 0,
    ruleName: "Too hot",
    severity: "warning",
    state: "open",
    text: "Too hot",
  },
  ...{ opened: VALUES[0]?.time ?? 0, changed: VALUES[0]?.time ?? 0, count: 1, fired: VALUES[0]?.time ?? 0 },
  ...{ values: VALUES, latest: VALUES, acknowledged: null },
  steps: [{ time: VALUES[0]?.time ?? 0, what: "opened", by: null, note: null }],
};

/** Alerts that never change: what changes them is tried in src/integrations/alerts and test/rules. */
export const STILL_ALERTS: AlertPort = {
  active: () => [OPEN],
  find: async (id) => (id === OPEN.id ? OPEN : null),
  list: async ({ workspace, before = 2 }) => ((workspace ?? 1) === 1 && before > 1 ? [OPEN] : []),
  acknowledge: async (_, by) => ({ ...OPEN, state: "acknowledged", acknowledged: { ...by, time: OPEN.opened } }),
  close: async () => ({ ...OPEN, state: "closed" }),
  tryAction: async () => ({ done: true, text: "A mail went to ada@example.com.", rendered: { text: "Too hot" } }),
  notified: async () => [],
  watch: () => () => {},
  now: () => OPEN.opened,
};
