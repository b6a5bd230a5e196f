import { useQuery } from "@tanstack/react-query";
import { Ago } from "../../parts/ago.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { nodesQuery } from "./queries.ts";
import css from "./system.module.css";

const KIND = { active: "ok", standby: "away", gone: "bad" } as const;

/** The servers on one store; nothing where there is only this one and nobody else can have it. */
export function Nodes() {
  const t = useText().system.nodes;
  const { data, error, refetch } = useQuery(nodesQuery);
  if (data !== undefined && data.replicated === null) return null;
  if (data === undefined && error === null) return null;
  return (
    <Section title={t.title} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      <ul className={css.list}>
        {data?.items.map(({ id, address, version, role, since, seen, self }) => (
          <li key={id}>
            <strong>{address}</strong>
            <Status kind={KIND[role]}>{t[role]}</Status>
            {role === "active" && since !== null && <Ago time={since} />}
            {role !== "active" && seen !== null && <Ago time={seen} />}
            <span className="quiet">{self ? t.self(version) : version}</span>
          </li>
        ))}
      </ul>
      {data !== undefined && (
        <p className={css.note}>
          {data.replicated ? <Status kind="ok">{t.replicated}</Status> : <Status kind="warn">{t.alone}</Status>}
        </p>
      )}
    </Section>
  );
}
