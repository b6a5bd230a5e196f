import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { spanText } from "../../parts/ago-text.ts";
import { useEverySecond } from "../../parts/ago.tsx";
import { Status } from "../../parts/status.tsx";
import { useHeard } from "../../live/index.ts";
import { useText } from "../../text/index.ts";
import css from "./device.module.css";
import { refusalsQuery } from "./queries.ts";
import type { Shared } from "./shared.ts";

/** Why a device is silent, in words, with what to do; nothing while it is heard. */
export function WhySilent({ workspace, device, timeout }: Shared) {
  const { time, device: texts } = useText();
  const t = texts.silent;
  const heard = useHeard(device.product, device.id, device.last_heard);
  const isSilent = useEverySecond((now) => heard === null || now - Date.parse(heard) > timeout);
  const refusals = useQuery(refusalsQuery(device.product, device.id));
  if (!isSilent || refusals.data === undefined) return null;
  const since = heard === null ? "" : heard;
  const isRefused = refusals.data.some((one) => one.time > since);
  const why = isRefused
    ? t.refused
    : device.connected === true
      ? t.connected
      : heard === null
        ? t.nothingYet
        : t.nothing;
  return (
    <div className={css.silent} role="note">
      <Status kind={heard === null ? "away" : "warn"}>
        {heard === null ? t.never : t.longer(spanText(timeout, time))}
      </Status>
      <p>{why}</p>
      <p className={css.silentWays}>
        <Link to="/w/$workspace/connect" params={{ workspace }} search={{ product: device.product, device: device.id }}>
          {t.watch}
        </Link>
        <Link to="/w/$workspace/live" params={{ workspace }} search={{ q: device.id }}>
          {t.refusals}
        </Link>
      </p>
    </div>
  );
}
