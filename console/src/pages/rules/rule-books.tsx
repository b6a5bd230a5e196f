import list from "../../parts/list.module.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RuleLogLine } from "../../../../sdk/operations.js";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { seenText } from "../../parts/seen.ts";
import { Status, type StatusKind } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { ruleLogQuery, ruleStatesQuery } from "./queries.ts";
import css from "./rules.module.css";

interface Which {
  readonly workspace: string;
  readonly rule: number;
}
const KINDS: Readonly<Record<string, StatusKind>> = {
  ...{ fired: "bad", repeated: "bad", cleared: "ok", waits: "warn", waits_no_more: "away" },
  ...{ loop: "warn", error: "bad", gap: "warn" },
};

/** What changed in a rule, with the values that were looked at, newest first. */
export function RuleLog({ workspace, rule }: Which) {
  const t = useText();
  const words = t.rules;
  const { data, error, refetch } = useQuery(ruleLogQuery(workspace, rule));
  return (
    <Section title={words.tab.log} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.length === 0 && <EmptyState>{words.noLog}</EmptyState>}
      <ol className={list.list}>
        {data?.map((line) => (
          <li key={line.line} className={css.row}>
            <Status kind={KINDS[line.what] ?? "away"}>{words.whatOf(line.what)}</Status>
            <DeviceName workspace={workspace} device={line.device} />
            <span className={css.values}>{line.text ?? line.values.map((one) => seenText(one, t)).join(", ")}</span>
            <span className="quiet small">
              <Ago time={line.time} />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
/** Devices for which a rule has fired, or waits; those first for which it holds. */
export function RuleStates({ workspace, rule }: Which) {
  const words = useText().rules;
  const { data, error, refetch } = useQuery(ruleStatesQuery(workspace, rule));
  return (
    <Section title={words.tab.devices} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.length === 0 && <EmptyState>{words.noDevices}</EmptyState>}
      <ul className={list.list}>
        {data?.map(({ device, state, since, fired, quiet }) => (
          <li key={`${device?.product}/${device?.device}`} className={css.row}>
            <Status kind={state === "hot" ? "bad" : state === "waits" ? "warn" : "ok"}>
              {words.deviceStates[state]}
            </Status>
            <DeviceName workspace={workspace} device={device} />
            <span className={css.values}>
              {since !== null && (
                <>
                  {words.since} <Ago time={since} />
                </>
              )}
              {quiet !== null && <span className="quiet"> · {words.quiet[quiet]}</span>}
            </span>
            <span className="quiet small">
              {fired !== null && (
                <>
                  {words.fired} <Ago time={fired} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function DeviceName({ workspace, device }: { readonly workspace: string; readonly device: RuleLogLine["device"] }) {
  if (device === null) return <span className="quiet">–</span>;
  const { product, device: id } = device;
  return (
    <Link to="/w/$workspace/devices/$product/$device" params={{ workspace, product, device: id }}>
      {id}
    </Link>
  );
}
