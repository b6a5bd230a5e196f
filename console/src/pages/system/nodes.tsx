import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { nodesQuery } from "./queries.ts";
import css from "./system.module.css";
import { useNumbers } from "./words.ts";

const KIND = { active: "ok", standby: "away", gone: "bad" } as const;
/** Rows of the log that a server is behind, from which on that is said with a sign. */
const FAR = 100_000;

type Node = Awaited<ReturnType<typeof api.listNodes>>["data"]["items"][number];

/** The servers on one store; nothing where there is only this one and nobody else can have it. */
export function Nodes() {
  const t = useText().system.nodes;
  const { data, error, refetch } = useQuery(nodesQuery);
  const [draining, setDraining] = useState<Node | null>(null);
  if (data !== undefined && data.replicated === null) return null;
  if (data === undefined && error === null) return null;
  const active = data?.items.filter(({ role }) => role === "active").length ?? 0;
  return (
    <Section title={t.title} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      <ul className={css.list}>
        {data?.items.map((node) => (
          <NodeRow key={node.id} node={node} onDrain={active > 1 ? () => setDraining(node) : null} />
        ))}
      </ul>
      {data !== undefined && (
        <p className={css.note}>
          {data.replicated ? <Status kind="ok">{t.replicated}</Status> : <Status kind="warn">{t.alone}</Status>}
        </p>
      )}
      <ConfirmName
        opened={draining !== null}
        onClose={() => setDraining(null)}
        title={t.drainTitle(draining?.id ?? 0, draining?.address ?? "")}
        name={null}
        action={t.drain}
        run={async () => {
          await api.drainNode({ node: draining?.id ?? 0 });
          await queryClient.invalidateQueries({ queryKey: ["nodes"] });
        }}
      >
        {t.drainHow}
      </ConfirmName>
    </Section>
  );
}

/** @param onDrain null: there is nobody to take its clients */
function NodeRow({ node, onDrain }: { readonly node: Node; readonly onDrain: (() => void) | null }) {
  const t = useText().system.nodes;
  const { number } = useNumbers();
  const { id, address, version, role, since, seen, self, duty, draining, lag } = node;
  const isActive = role === "active";
  const time = isActive ? since : seen;
  return (
    <li>
      <strong>{t.name(id, address)}</strong>
      {draining ? <Status kind="warn">{t.draining}</Status> : <Status kind={KIND[role]}>{t[role]}</Status>}
      {time !== null && <Ago time={time} />}
      {lag !== null &&
        (lag < FAR ? <span>{t.lag(number(lag, 0))}</span> : <Status kind="warn">{t.lag(number(lag, 0))}</Status>)}
      {duty && <span title={t.dutyHow}>{t.duty}</span>}
      <span className="quiet">{self ? t.self(version) : version}</span>
      {isActive && onDrain !== null && !draining && (
        <Button className={css.act} size="compact-sm" variant="default" onClick={onDrain}>
          {t.drain}
        </Button>
      )}
    </li>
  );
}
