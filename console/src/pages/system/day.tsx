import { useQuery } from "@tanstack/react-query";
import type { DayOfFigures } from "../../../../sdk/operations.js";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { type Text, useText } from "../../text/index.ts";
import { DayChart } from "./day-chart.tsx";
import { dayQuery } from "./queries.ts";
import css from "./system.module.css";
import { useNumbers } from "./words.ts";

type Line = keyof Text["system"]["day"]["lines"];
type Chart = keyof Text["system"]["day"]["titles"];

/** What is drawn together: it has one unit. */
const CHARTS: readonly { readonly id: Chart; readonly lines: readonly Line[]; readonly unit: Unit }[] = [
  {
    id: "messages",
    lines: ["publishes_received_rate", "measurements_recorded_rate", "deliveries_rate", "refusals_rate"],
    unit: "number",
  },
  { id: "commit", lines: ["commit_p50_seconds", "commit_p99_seconds"], unit: "seconds" },
  { id: "clients", lines: ["connections", "queued_messages"], unit: "number" },
  { id: "loop", lines: ["longest_turn_seconds"], unit: "seconds" },
  { id: "bytes", lines: ["bytes_received_rate", "bytes_sent_rate", "outbox_bytes"], unit: "bytes" },
  { id: "memory", lines: ["memory_bytes"], unit: "bytes" },
];
type Unit = "number" | "seconds" | "bytes";

/** The last day, a value a minute. */
export default function Day() {
  const t = useText().system.day;
  const { data, error, refetch } = useQuery(dayQuery);
  const numbers = useNumbers();
  const write: Record<Unit, (n: number) => string> = {
    number: (n) => numbers.number(n, Math.abs(n) < 10 && n % 1 !== 0 ? 1 : 0),
    seconds: numbers.seconds,
    bytes: numbers.bytes,
  };
  return (
    <>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={8} />}
      {data !== undefined && data.times.length === 0 && <EmptyState>{t.empty}</EmptyState>}
      {data !== undefined && data.times.length > 0 && (
        <div className={css.two}>
          {CHARTS.map(({ id, lines, unit }) => (
            <Section key={id} title={t.titles[id]}>
              <DayChart
                times={data.times}
                lines={lines.map((line) => ({ name: t.lines[line], values: valuesOf(data, line) }))}
                write={write[unit]}
              />
            </Section>
          ))}
        </div>
      )}
    </>
  );
}

function valuesOf(data: DayOfFigures, line: Line): (number | null)[] {
  return data.figures[line] ?? data.times.map(() => null);
}
