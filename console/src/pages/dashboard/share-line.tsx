import { Button } from "@mantine/core";
import { useState } from "react";
import type { DashboardShare } from "../../api/dashboards.ts";
import { api } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { exactText } from "../../parts/ago-text.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import { Status } from "../../parts/status.tsx";

interface Props {
  readonly workspace: string;
  readonly dashboard: number;
  readonly share: DashboardShare;
  readonly again: () => Promise<void>;
}
/** A link that shows the dashboard: for whom, until when, and when it was used; it can be revoked. */
export function ShareLine({ workspace, dashboard, share, again }: Props) {
  const t = useText();
  const s = t.dashboards.sharing;
  const [asking, setAsking] = useState(false);
  const name = share.name ?? `#${share.share}`;
  const { state, expires, last_used: used } = share;
  return (
    <li>
      <div>
        <strong>{name}</strong> {share.device}
        <div className="quiet small">
          {share.account !== null && s.by(share.account)} {share.password && s.withPassword}{" "}
          {expires !== null && state === "active" && s.until(exactText(expires, t.time))}
        </div>
        <div className="quiet small">
          {used === null ? (
            s.neverUsed
          ) : (
            <>
              {s.used} <Ago time={used} />
            </>
          )}
        </div>
      </div>
      <Status kind={state === "active" ? "ok" : "away"}>{s.states[state]}</Status>
      <Button variant="default" onClick={() => setAsking(true)}>
        {s.revoke}
      </Button>
      <ConfirmName
        opened={asking}
        onClose={() => setAsking(false)}
        title={s.revokeTitle}
        name={name}
        action={s.revoke}
        run={async () => {
          await api.revokeDashboardShare({ workspace, dashboard, share: share.share });
          await again();
        }}
      >
        <p>{s.revokeHow}</p>
      </ConfirmName>
    </li>
  );
}
