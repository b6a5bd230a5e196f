import { SEVERITIES } from "../../../fleet/rule-action-rows.ts";
import { ALERT_STATES, type AlertOp } from "../../ports.ts";

/** An operation on alerts as `apply_alert` takes it (functions/alerts.ts). */
export function alertOp(op: AlertOp) {
  const port = "alert";
  switch (op.op) {
    case "alerts_put": {
      const numbers = ({ severity, state }: (typeof op.rows)[number]) => ({
        severity: SEVERITIES.indexOf(severity),
        state: ALERT_STATES.indexOf(state),
      });
      return { port, op: op.op, rows: op.rows.map((row) => ({ ...row, ...numbers(row) })) };
    }
    case "alerts_trim":
      return { port, ...op, before: Math.ceil(op.before) };
    default:
      return { port, ...op };
  }
}
