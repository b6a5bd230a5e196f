import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { downlinksQuery } from "../../api/fleet.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { Compose } from "./compose.tsx";
import css from "./device.module.css";
import { DownlinkQueue } from "./downlink-queue.tsx";
import type { Shared } from "./shared.ts";

/** What goes back to the device: what waits and what became of it, sending one, and what sends by itself. */
export default function Downlinks(shared: Shared) {
  const t = useText().downlinks;
  const { workspace, device } = shared;
  const { data, error, refetch } = useQuery(downlinksQuery(device.product));
  const triggered = data?.filter(({ triggers }) => triggers.length > 0) ?? [];
  return (
    <div className={css.downlinks}>
      <div className={css.downlinkColumn}>
        <RefusalNote error={error} again={() => void refetch()} />
        {data !== undefined && <Compose {...shared} downlinks={data} />}
        <Section title={t.bySelf}>
          {triggered.length === 0 ? (
            <EmptyState>{t.noTriggers}</EmptyState>
          ) : (
            <ul className={css.triggers}>
              {triggered.map(({ name, triggers, active }) => (
                <li key={name}>
                  <Status kind={active ? "ok" : "away"}>{active ? t.on : t.off}</Status> <strong>{name}</strong>{" "}
                  <span className="quiet">{t.when(triggers.map(String))}</span>
                </li>
              ))}
            </ul>
          )}
          <p className="small">
            <Link
              to="/w/$workspace/products/$product"
              params={{ workspace, product: device.product }}
              search={{ tab: "downlinks" }}
            >
              {t.ofProduct}
            </Link>
          </p>
        </Section>
      </div>
      <DownlinkQueue {...shared} />
    </div>
  );
}
