import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { api } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { useInspector } from "../../live/inspector.ts";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { Held } from "../../parts/held.tsx";
import { useHold } from "../../parts/hold.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { type DebugLine, lineOfEvent, lineOfPass, timeLine } from "./debug-lines.ts";
import css from "./device.module.css";
import type { Shared } from "./shared.ts";

const MOST = 200;

/** What came in for this device and what became of it, in one time line: publishes, refusals, and passes of integrations. */
export default function Debug({ device, topics }: Shared) {
  const t = useText().device.debug;
  const about = `${device.product}/${device.id}`;
  const [paused, setPaused] = useState(false);
  const kept = useQuery({
    queryKey: ["events", about],
    queryFn: async ({ signal }) => (await api.listEvents({ device: about, limit: 100, signal })).data.items,
  });
  const passes = useQuery({
    queryKey: ["passes", about],
    queryFn: async ({ signal }) => {
      const { data } = await api.listDevicePasses({ product: device.product, device: device.id, limit: 100, signal });
      return data.items;
    },
  });
  const live = useLiveEvents(
    about,
    paused,
    () => void passes.refetch(),
    () => void kept.refetch(),
  );
  const lines = useMemo(
    () =>
      timeLine(
        // a pass says more than the event that tells of it
        [
          ...live,
          ...(kept.data ?? []).filter(({ kind }) => kind !== "pass").map(lineOfEvent),
          ...(passes.data ?? []).map(lineOfPass),
        ],
        MOST,
      ),
    [live, kept.data, passes.data],
  );
  const held = useHold(lines, ({ key }) => key);
  const refused = passes.error instanceof ApiProblem && passes.error.status === 403;
  return (
    <Section
      title={t.title}
      flush
      actions={
        <span className={css.debugActions}>
          <Held fresh={held.fresh} onShow={held.release} />
          <Button variant="default" onClick={() => setPaused(!paused)}>
            {paused ? t.resume : t.pause}
          </Button>
        </span>
      }
    >
      <RefusalNote error={kept.error ?? (refused ? null : passes.error)} again={() => void kept.refetch()} />
      {kept.data === undefined && kept.error === null ? (
        <Skeleton rows={6} />
      ) : lines.length === 0 ? (
        <EmptyState code={`mosquitto_pub -t ${topics.publish} -m 1`}>{refused ? t.emptyForYou : t.empty}</EmptyState>
      ) : (
        <ul className={css.lines} {...held.listeners}>
          {held.shown.map((line) => (
            <Line key={line.key} line={line} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** One line; it unfolds to the steps. */
function Line({ line }: { readonly line: DebugLine }) {
  const t = useText().device.debug;
  const words = t.results as Readonly<Record<string, string>>; // what comes later has a name of its own
  return (
    <li>
      <details>
        <summary>
          <span className={css.when}>
            <Ago time={line.time} short />
          </span>
          <Status kind={line.status}>{words[line.result] ?? line.result}</Status>
          <span className={css.lineText}>{line.text}</span>
        </summary>
        <dl className={css.steps}>
          {line.steps.map(({ name, text, raw }) => (
            <div key={name}>
              <dt>{t.steps[name]}</dt>
              <dd>{raw ? <pre>{text}</pre> : text}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}

/** What the inspector tells while one looks; nothing comes while it is paused, and what was missed is asked for afterwards. */
function useLiveEvents(device: string, paused: boolean, onPass: () => void, onAgain: () => void): readonly DebugLine[] {
  const [lines, setLines] = useState<readonly DebugLine[]>([]);
  const opened = useRef(false);
  useInspector(
    paused ? null : { device },
    (event) => {
      if (event.kind === "pass") return onPass();
      setLines((before) => [lineOfEvent(event), ...before].slice(0, MOST));
    },
    (open) => {
      if (open && opened.current) onAgain();
      opened.current ||= open;
    },
  );
  return lines;
}
