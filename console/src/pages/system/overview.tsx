import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import type { Figures, Instance } from "../../../../sdk/operations.js";
import { serverNow } from "../../api/clock.ts";
import { Ago } from "../../parts/ago.tsx";
import { Copyable } from "../../parts/copy-button.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Fact, Facts, Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { meanOf, rateOf } from "./figures.ts";
import { Nodes } from "./nodes.tsx";
import { figuresQuery } from "./queries.ts";
import css from "./system.module.css";
import { useNumbers } from "./words.ts";

/** A certificate that its owner renews by hand should be seen to so long before its end, ms. */
const SOON = 30 * 86_400_000;

/** What the server is, how it is, and what it does now. */
export function Overview({ instance }: { readonly instance: Instance }) {
  const t = useText().system;
  return (
    <>
      <Now />
      <div className={css.two}>
        <Section title={t.health}>
          <Facts>
            <Fact name={t.version}>{instance.version}</Fact>
            <Fact name={t.started}>
              <Ago time={instance.started} />
            </Fact>
            <Fact name={t.address}>
              {instance.public_url === null ? (
                <span className="quiet">{t.noAddress}</span>
              ) : (
                <Copyable text={instance.public_url} what={t.address} />
              )}
            </Fact>
            <Fact name={t.prefix}>
              <code>{instance.prefix}</code>
            </Fact>
          </Facts>
        </Section>
        <CertificateFacts certificate={instance.certificate} />
      </div>
      <Nodes />
      <Listeners listeners={instance.listeners} />
    </>
  );
}

function Listeners({ listeners }: Pick<Instance, "listeners">) {
  const t = useText().system.listeners;
  return (
    <Section title={t.title} flush>
      <ul className={css.list}>
        {listeners.map(({ name, host, port, secure, note }) => (
          <li key={`${name} ${host} ${port}`}>
            <strong>{name}</strong>
            <Copyable text={`${host.includes(":") ? `[${host}]` : host}:${port}`} what={t.where} />
            {secure ? <Status kind="ok">{t.secure}</Status> : <Status kind="away">{t.plain}</Status>}
            {note !== null && <span className="quiet">{note}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function CertificateFacts({ certificate }: Pick<Instance, "certificate">) {
  const t = useText().system.certificate;
  if (certificate === null)
    return (
      <Section title={t.title}>
        <p className="quiet">{t.none}</p>
      </Section>
    );
  const { subject, issuer, names, not_after, own_ca } = certificate;
  const left = Date.parse(not_after) - serverNow();
  return (
    <Section title={t.title}>
      <Facts>
        <Fact name={t.ends}>
          <span className={css.ends}>
            <Ago time={not_after} />
            {left < 0 ? (
              <Status kind="bad">{t.over}</Status>
            ) : left < SOON && !own_ca ? (
              <Status kind="warn">{t.soon}</Status>
            ) : (
              <Status kind="ok">{t.fine}</Status>
            )}
          </span>
        </Fact>
        <Fact name={t.names}>{names.join(", ")}</Fact>
        <Fact name={t.subject}>{subject}</Fact>
        <Fact name={t.issuer}>{issuer}</Fact>
      </Facts>
      {own_ca && (
        <p className="quiet small">
          {t.ownCa}{" "}
          <a href="/api/v1/connection/ca" download>
            {t.file}
          </a>
        </p>
      )}
    </Section>
  );
}

/** The figures of the last two seconds. */
function Now() {
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
