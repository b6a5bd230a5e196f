import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Alert } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useText } from "../../text/index.ts";
import { useAct } from "../act.ts";
import { Ago } from "../ago.tsx";
import { RefusalNote } from "../refusal-note.tsx";
import { seenText } from "../seen.ts";
import { Status, type StatusKind } from "../status.tsx";
import css from "./alerts.module.css";

const KINDS = { critical: "bad", error: "bad", warning: "warn", info: "live" } as const satisfies Record<
  Alert["severity"],
  StatusKind
>;

export function SeverityMark({ severity }: Pick<Alert, "severity">) {
  const words = useText().alerts;
  return <Status kind={KINDS[severity]}>{words.severity[severity]}</Status>;
}

/** One alert: what is wrong, with the values that caused it, and what one does with it. */
export function AlertRow({ workspace, alert }: { readonly workspace: string; readonly alert: Alert }) {
  const t = useText();
  const words = t.alerts;
  const { severity, state, text, opened, count, latest, acknowledged, closed, rule, rule_name: name } = alert;
  const values = latest.map((one) => seenText(one, t));
  return (
    <li data-severity={severity} className={css.row}>
      <div className={css.head}>
        <SeverityMark severity={severity} />
        <strong className={css.text}>{text}</strong>
        <span className="quiet small">
          <Ago time={opened} />
        </span>
      </div>
      <p className={css.about}>
        <AlertDevice workspace={workspace} device={alert.device} />
        <Link to="/w/$workspace/rules/$rule" params={{ workspace, rule: String(rule) }}>
          {name}
        </Link>
        <span className="quiet">{values.join(", ")}</span>
        {count > 1 && <span className="quiet">{words.times(count)}</span>}
      </p>
      {acknowledged !== null && (
        <p className="quiet small">
          {words.acknowledgedBy(acknowledged.by)} <Ago time={acknowledged.time} />
        </p>
      )}
      {closed !== null && (
        <p className="quiet small">
          {closed.by === null ? words.closedItself : words.closedBy(closed.by)} <Ago time={closed.time} />
        </p>
      )}
      {state !== "closed" && <Acts alert={alert} />}
    </li>
  );
}

function Acts({ alert }: { readonly alert: Alert }) {
  const words = useText().alerts;
  const change = (what: "acknowledge" | "close") => async () => {
    const which = { workspace: alert.workspace, alert: alert.alert, body: {} };
    await (what === "acknowledge" ? api.acknowledgeAlert(which) : api.closeAlert(which));
    await queryClient.invalidateQueries({ queryKey: ["alerts"] });
  };
  const acknowledge = useAct(change("acknowledge"));
  const close = useAct(change("close"));
  return (
    <div className={css.acts}>
      {alert.state === "open" && (
        <Button variant="default" loading={acknowledge.busy} onClick={() => void acknowledge.run()}>
          {words.acknowledge}
        </Button>
      )}
      <Button variant="default" loading={close.busy} onClick={() => void close.run()}>
        {words.close}
      </Button>
      <RefusalNote error={acknowledge.error ?? close.error} />
    </div>
  );
}

export function AlertDevice({ workspace, device }: { readonly workspace: string } & Pick<Alert, "device">) {
  if (device === null) return null;
  return (
    <Link
      to="/w/$workspace/devices/$product/$device"
      params={{ workspace, product: device.product, device: device.device }}
    >
      {device.name}
    </Link>
  );
}
