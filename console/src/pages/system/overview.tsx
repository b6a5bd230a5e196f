import type { Instance } from "../../../../sdk/operations.js";
import { serverNow } from "../../api/clock.ts";
import { Ago } from "../../parts/ago.tsx";
import { Copyable } from "../../parts/copy-button.tsx";
import { Fact, Facts, Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { Nodes } from "./nodes.tsx";
import css from "./system.module.css";
import { Now } from "./now.tsx";

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
