import { Button, Modal, NativeSelect, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Dashboard, sharesQuery } from "../../api/dashboards.ts";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { QrCode } from "../../parts/qr-code.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import css from "./dashboard-page.module.css";
import { ShareLine } from "./share-line.tsx";

const DAY = 86_400;
const ENDS = { day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY, never: null } as const;
type End = keyof typeof ENDS;

interface Props {
  readonly workspace: string;
  readonly dashboard: Dashboard;
  /** The device that is looked at, of a product's dashboard. */
  readonly device: string | null;
  readonly onClose: () => void;
}

/** Makes links that show the dashboard, and revokes them. */
export default function Sharing({ workspace, dashboard, device, onClose }: Props) {
  const t = useText();
  const s = t.dashboards.sharing;
  const number = dashboard.dashboard;
  const links = useQuery(sharesQuery(workspace, number));
  const [name, setName] = useState("");
  const [end, setEnd] = useState<End>("month");
  const [password, setPassword] = useState("");
  const [made, setMade] = useState<string | null>(null);
  const again = () => queryClient.invalidateQueries({ queryKey: ["dashboards", workspace] });
  const making = useAct(async () => {
    const { data } = await api.createDashboardShare({
      workspace,
      dashboard: number,
      body: {
        ...(name.trim() !== "" && { name: name.trim() }),
        ...(dashboard.product !== null && { device }),
        ...(password !== "" && { password }),
        expires_in: ENDS[end],
      },
    });
    // without --public-url the server does not know its address; the browser does
    setMade(new URL(data.link, location.origin).href);
    setName("");
    setPassword("");
    await again();
  });
  return (
    <Modal opened onClose={onClose} title={s.title} size="lg" closeButtonProps={{ "aria-label": t.common.close }}>
      <Stack gap="md">
        <p className="quiet">{s.how}</p>
        <form onSubmit={making.submit}>
          <Stack gap="sm">
            <div className={css.row}>
              <TextInput
                label={s.for}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                placeholder={t.common.optional}
                autoComplete="off"
                data-autofocus
              />
              <NativeSelect
                label={s.ends}
                value={end}
                data={Object.entries(s.ending).map(([value, label]) => ({ value, label }))}
                onChange={(event) => setEnd(event.currentTarget.value as End)} // one of ENDS
              />
            </div>
            <PasswordInput
              size="xs"
              label={s.password}
              description={s.passwordHow}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              error={making.problem?.about("password")}
              autoComplete="new-password"
            />
            <RefusalNote error={making.problem?.about("password") === undefined ? making.error : null} />
            <Button type="submit" loading={making.busy}>
              {s.make}
            </Button>
          </Stack>
        </form>
        {made !== null && (
          <>
            <SecretOnce what={s.made} secret={made}>
              {s.once}
            </SecretOnce>
            <QrCode text={made} label={s.qr} />
          </>
        )}
        <RefusalNote error={links.error} />
        {links.data?.length === 0 && <p className="quiet">{s.none}</p>}
        <ul className={css.links}>
          {links.data?.map((share) => (
            <ShareLine key={share.share} {...{ workspace, dashboard: number, share, again }} />
          ))}
        </ul>
      </Stack>
    </Modal>
  );
}
