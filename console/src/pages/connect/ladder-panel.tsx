import { Link } from "@tanstack/react-router";
import { useEffect, useReducer, useState } from "react";
import { queryClient } from "../../api/index.ts";
import { cameBy } from "../../live/came.ts";
import { type InspectorEvent, useInspector, type Watched } from "../../live/inspector.ts";
import { Ago } from "../../parts/ago.tsx";
import { Mend } from "../../parts/mend.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./connect.module.css";
import { climb, type Ladder, NOTHING_YET, STEPS, type StepName } from "./ladder.ts";
import type { MadeToken } from "./queries.ts";
import { isLorawan, type Way } from "./search.ts";

interface Props {
  readonly workspace: string;
  readonly product: string;
  readonly device: string;
  readonly token: MadeToken | null;
  readonly way: Way;
}

/** What the server sees of the device, step by step, as it happens; and what stands in the way, with what mends it. */
export function LadderPanel({ workspace, product, device, token, way }: Props) {
  const t = useText().connect.ladder;
  const [ladder, see] = useReducer(climb, NOTHING_YET);
  const [open, setOpen] = useState(false);
  const own: Watched = token === null ? { device: `${product}/${device}` } : { account: token.account };
  useInspector(own, see, setOpen);
  // a wrong token is nobody's: only who operates the server hears of it
  useInspector({ kind: "login_refused" }, (event) => {
    if (event.account === null) see(event);
  });
  // what a decoder read of a request is of the device, whoever sent it
  const passes = way === "http" || isLorawan(way);
  useInspector(passes && token !== null ? { kind: "pass" } : null, (event) => {
    if (event.account === null && (event.device === null || event.device === `${product}/${device}`)) see(event);
  });
  const stored = ladder.stored > 0;
  useEffect(() => {
    if (stored) void queryClient.invalidateQueries({ queryKey: ["values", product] });
  }, [stored, product]);
  return (
    <Section
      title={t.title}
      actions={<Status kind={open ? "live" : "away"}>{open ? t.watching : t.notWatching}</Status>}
    >
      <ol className={css.ladder} aria-live="polite">
        {STEPS.map((name) => (
          <Rung key={name} name={name} ladder={ladder} />
        ))}
      </ol>
      {ladder.refusal !== null && (
        <Mend
          // another refusal begins anew
          key={`${ladder.refusal.code} ${ladder.refusal.topic}`}
          workspace={workspace}
          event={ladder.refusal}
          said
        />
      )}
      {stored && ladder.refusal === null && (
        <p className={css.arrived}>
          {t.arrived(ladder.stored)}{" "}
          <Link to="/w/$workspace/devices/$product/$device" params={{ workspace, product, device }}>
            {t.open}
          </Link>
        </p>
      )}
    </Section>
  );
}

const ICONS = { waiting: "away", done: "ok", passed: "away", failed: "bad" } as const;

function Rung({ name, ladder }: { readonly name: StepName; readonly ladder: Ladder }) {
  const t = useText().connect.ladder;
  const { state, event } = ladder.steps[name];
  const words = { waiting: t.waiting, done: t.done, passed: t.passed, failed: t.failed }[state];
  return (
    <li data-state={state}>
      <Status kind={ICONS[state]}>
        {t.steps[name]}
        <span className="sr-only">: {words}</span>
      </Status>
      <span className={css.rung}>{event && state !== "waiting" && detailOf(name, event, t)}</span>
      {name === "publish" && event && (
        <span className={css.when}>
          <Ago time={event.time} />
        </span>
      )}
    </li>
  );
}

type Words = ReturnType<typeof useText>["connect"]["ladder"];
function detailOf(name: StepName, event: InspectorEvent, t: Words): string {
  if (name === "reached") return event.address ?? "";
  if (name === "tls") return cameBy(event, t.transports) ?? t.overHttp;
  if (name === "login") return event.kind === "login_refused" ? (event.message ?? "") : (event.account?.name ?? "");
  if (name === "publish") return [event.topic, event.payload].filter((one) => one !== null).join("  ");
  if (name === "stored") {
    if (event.kind === "accepted")
      return event.commit_us === null ? "" : t.durable((event.commit_us / 1000).toFixed(1));
    return event.message ?? "";
  }
  return event.delivered === null ? "" : t.heardBy(event.delivered);
}
