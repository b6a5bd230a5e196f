import { useQuery } from "@tanstack/react-query";
import { Ago } from "../../parts/ago.tsx";
import { Mend } from "../../parts/mend.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./device.module.css";
import { refusalsQuery, refusedEventsQuery } from "./queries.ts";
import { reasonsOf } from "./reasons.ts";
import type { Shared } from "./shared.ts";

/** So many reasons are shown; for the newest of them what would mend it. */
const REASONS = 8;
const MENDED = 3;

/** Why publishes for this device were refused, each reason once, newest first, with what mends it; nothing is shown when none were. */
export function Refused({ workspace, device }: Shared) {
  const t = useText().device;
  const { data = [] } = useQuery(refusalsQuery(device.product, device.id));
  const { data: events = [] } = useQuery({
    ...refusedEventsQuery(device.product, device.id),
    enabled: data.length > 0,
  });
  if (data.length === 0) return null;
  const eventOf = ({ topic, code }: (typeof data)[number]) =>
    events.find((event) => event.topic === topic && event.code === code);
  return (
    <Section title={t.refused} flush>
      <ul className={css.refusals}>
        {reasonsOf(data)
          .slice(0, REASONS)
          .map((one, n) => {
            const event = n < MENDED ? eventOf(one) : undefined;
            return (
              <li key={`${one.code} ${one.topic} ${one.message}`}>
                <span className={css.when}>
                  <Ago time={one.time} short />
                </span>
                <div>
                  <p>{one.message}</p>
                  <code className="small">{one.topic}</code>
                  {one.count > 1 && <span className="quiet small"> × {one.count}</span>}
                  {event !== undefined && <Mend workspace={workspace} event={event} />}
                </div>
              </li>
            );
          })}
      </ul>
    </Section>
  );
}
