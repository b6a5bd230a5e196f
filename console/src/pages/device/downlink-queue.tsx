import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { DeviceDownlink } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { DownlinkContent } from "../../parts/downlink-content.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status, type StatusKind } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./device.module.css";
import { deviceDownlinksQuery } from "./queries.ts";
import type { Shared } from "./shared.ts";

const KINDS: Readonly<Record<DeviceDownlink["state"], StatusKind>> = {
  queued: "warn",
  sent: "ok",
  acknowledged: "ok",
  failed: "bad",
  expired: "bad",
  cancelled: "away",
};

/** Downlinks of the device, newest first: each with its steps as a time line. */
export function DownlinkQueue({ device }: Shared) {
  const t = useText().downlinks;
  const { data, error, refetch } = useQuery(deviceDownlinksQuery(device.product, device.id));
  return (
    <Section title={t.queue} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.length === 0 && (
        <EmptyState code={`bin/fieldcast downlink list ${device.product} ${device.id}`}>{t.none}</EmptyState>
      )}
      <ol className={css.queue}>
        {data?.map((one) => (
          <Item key={one.id} downlink={one} />
        ))}
      </ol>
    </Section>
  );
}

function Item({ downlink }: { readonly downlink: DeviceDownlink }) {
  const t = useText().downlinks;
  const { id, product, device, state, created, sender, attempts, steps, confirmed, replace } = downlink;
  const cancel = useAct(async () => {
    await api.cancelDeviceDownlink({ product, device, device_downlink: id });
    await queryClient.invalidateQueries({ queryKey: ["downlinks"] });
  });
  const more = [
    sender === null ? t.byChange : t.by(sender),
    confirmed && t.isConfirmed,
    replace && t.isReplacing,
    attempts > 1 && t.attempts(attempts),
  ].filter((one) => one !== false);
  return (
    <li>
      <details open={state === "queued"}>
        <summary>
          <Status kind={KINDS[state]}>{t.states[state]}</Status>
          <strong>{downlink.downlink ?? t.rawBytes}</strong>
          <span className="quiet">
            <Ago time={created} />
          </span>
        </summary>
        <DownlinkContent content={downlink} />
        <p className="quiet small">{more.join(" · ")}</p>
        <ol className={css.steps}>
          {steps.map((step) => (
            <li key={`${step.time} ${step.state}`}>
              <Status kind={KINDS[step.state]}>{t.states[step.state]}</Status>{" "}
              <span className="quiet">
                <Ago time={step.time} />
              </span>{" "}
              {step.note}
            </li>
          ))}
        </ol>
        <RefusalNote error={cancel.error} />
        {state === "queued" && (
          <Button variant="default" onClick={() => void cancel.run()} loading={cancel.busy}>
            {t.cancel}
          </Button>
        )}
      </details>
    </li>
  );
}
