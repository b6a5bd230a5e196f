import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import type { Figures } from "../../../../sdk/operations.js";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { meanOf, rateOf } from "./figures.ts";
import { figuresQuery } from "./queries.ts";
import css from "./system.module.css";
import { useNumbers } from "./words.ts";

/** The figures of the last two seconds. */
export function Now() {
  const t = useText().system;
  const { data, error, refetch } = useQuery(figuresQuery);
  const before = useBefore(data);
  if (data === undefined)
    return (
      <Section title={t.now}>
        {error === null ? <Skeleton rows={2} /> : <RefusalNote error={error} again={() => void refetch()} />}
      </Section>
    );
  return (
    <Section title={t.now}>
      <RefusalNote error={error} again={() => void refetch()} />
      <NowFigures before={before} now={data} />
    </Section>
  );
}

/** The answer before the one that is shown. */
function useBefore(data: Figures | undefined): Figures | null {
  const kept = useRef<{ before: Figures | null; last: Figures | null }>({ before: null, last: null });
  if (data !== undefined && data !== kept.current.last) kept.current = { before: kept.current.last, last: data };
  return kept.current.before;
}

function NowFigures({ before, now }: { readonly before: Figures | null; readonly now: Figures }) {
  const t = useText().system.rates;
  const { number, bytes, seconds } = useNumbers();
  const figure = (name: string) => now.figures[`fieldcast_${name}`] ?? 0;
  const rate = (name: string, write = (n: number) => number(n, n < 10 ? 1 : 0)) => {
    const value = rateOf(`fieldcast_${name}`, before, now);
    return value === null ? "–" : `${write(value)}${t.second}`;
  };
  const commit = meanOf("fieldcast_commit_duration_seconds", before, now);
  return (
    <dl className={css.figures}>
      <Figure name={t.in}>{rate("messages_received_total")}</Figure>
      <Figure name={t.recorded}>{rate("measurements_recorded_total")}</Figure>
      <Figure name={t.out}>{rate("messages_delivered_total")}</Figure>
      <Figure name={t.refused} bad={(rateOf("fieldcast_refusals_total", before, now) ?? 0) > 0}>
        {rate("refusals_total")}
      </Figure>
      <Figure name={t.commit}>{commit === null ? <span className="quiet">–</span> : seconds(commit)}</Figure>
      <Figure name={t.connections}>{number(figure("connections"), 0)}</Figure>
      <Figure name={t.sessions}>{number(figure("sessions"), 0)}</Figure>
      <Figure name={t.queued}>{number(figure("queued_messages"), 0)}</Figure>
      <Figure name={t.unsent}>{bytes(figure("outbox_bytes"))}</Figure>
      <Figure name={t.dropped} bad={figure("messages_dropped_total") > 0}>
        {number(figure("messages_dropped_total"), 0)}
      </Figure>
      <Figure name={t.bytesIn}>{rate("received_bytes_total", bytes)}</Figure>
      <Figure name={t.bytesOut}>{rate("sent_bytes_total", bytes)}</Figure>
    </dl>
  );
}

function Figure({ name, bad = false, children }: { name: string; bad?: boolean; children: ReactNode }) {
  return (
    <div data-bad={bad || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
