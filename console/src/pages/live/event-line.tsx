import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { cameBy } from "../../live/came.ts";
import type { InspectorEvent } from "../../live/inspector.ts";
import { Ago } from "../../parts/ago.tsx";
import { Copyable } from "../../parts/copy-button.tsx";
import { Mend } from "../../parts/mend.tsx";
import { Fact, Facts } from "../../parts/section.tsx";
import { Status, type StatusKind } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { isRefusal } from "./events.ts";
import css from "./live.module.css";

interface Props {
  readonly workspace: string;
  readonly event: InspectorEvent;
}

function statusOf(event: InspectorEvent): StatusKind {
  if (isRefusal(event)) return "bad";
  return event.kind === "accepted" || event.kind === "opened" ? "ok" : "away";
}

/** One event in a line; unfolded it says all that is known, and what would mend a refusal. */
export function EventLine({ workspace, event }: Props) {
  const t = useText().live.stream;
  // what is folded asks nothing
  const [open, setOpen] = useState(false);
  const { kind, topic, device, account, client_id, message, count } = event;
  return (
    <details className={css.event} onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
      <summary>
        <span className="quiet">
          <Ago time={event.time} short />
        </span>
        <Status kind={statusOf(event)}>{t.kinds[kind]}</Status>
        <code>{topic ?? device ?? client_id ?? ""}</code>
        <span className="quiet">
          {message ?? account?.name ?? event.address} {count > 1 && <b>{t.times(count)}</b>}
        </span>
      </summary>
      {open && <Details workspace={workspace} event={event} />}
    </details>
  );
}

function Details({ workspace, event }: Props) {
  const texts = useText();
  const t = texts.live.stream;
  const { topic, device, account, client_id, address, code, message, payload, base64, commit_us, delivered } = event;
  const [product, id] = device?.split("/") ?? [];
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t.code, code === null ? null : <code key="code">{code}</code>],
    [t.account, account?.name],
    [t.client, client_id],
    [t.address, address],
    [t.came, cameBy(event, texts.connect.ladder.transports)],
    [t.topic, topic === null ? null : <Copyable key="topic" text={topic} what={t.topic} />],
    [
      t.device,
      product === undefined || id === undefined ? null : (
        <Link key="device" to="/w/$workspace/devices/$product/$device" params={{ workspace, product, device: id }}>
          {device}
        </Link>
      ),
    ],
    [t.payload, payload === null ? null : <code key="payload">{`${base64 ? "base64 " : ""}${payload}`}</code>],
    [t.commit, commit_us === null ? null : `${(commit_us / 1000).toFixed(1)} ms`],
    [t.delivered, delivered],
  ];
  return (
    <div className={css.details}>
      {message !== null && <p>{message}</p>}
      {event.kind === "refused" && <Mend workspace={workspace} event={event} />}
      <Facts>
        {facts
          .filter(([, value]) => value !== null && value !== undefined)
          .map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
      </Facts>
      {topic !== null && (
        <Link
          to="/w/$workspace/live"
          params={{ workspace }}
          search={{ tab: "ask", topic, action: "publish", ...(account !== null && { account: account.key }) }}
        >
          {t.ask}
        </Link>
      )}
    </div>
  );
}
