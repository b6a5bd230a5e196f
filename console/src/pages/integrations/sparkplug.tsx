import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { connectionQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { sparkplugQuery } from "./queries.ts";
import { SparkplugForm } from "./sparkplug-host.tsx";

type Nodes = Awaited<ReturnType<typeof api.listSparkplugNodes>>["data"];

/** The workspace as a host of Sparkplug B: its edge nodes and their devices, or how it becomes one. */
export function Sparkplug({ workspace }: { readonly workspace: string }) {
  const t = useText();
  const words = t.integrations.sparkplug;
  const { data, error, refetch } = useQuery(sparkplugQuery(workspace));
  const { data: connection } = useQuery(connectionQuery);
  const may = useMay(workspace, "integrations");
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const host = data?.host ?? null;
  // what is heard is free topics
  const isOff = connection?.free_topics === false;
  const actions = (
    <>
      {host !== null && (
        <Button variant="default" color="red" disabled={!may} onClick={() => setDeleting(true)}>
          {words.delete}
        </Button>
      )}
      <Button
        variant={host === null ? "filled" : "default"}
        disabled={!may || isOff}
        title={may ? (isOff ? words.needsFree : undefined) : t.common.needs("integrations")}
        onClick={() => setEditing(true)}
      >
        {host === null ? words.setUp : words.change}
      </Button>
    </>
  );
  return (
    <Section title={words.title} flush actions={actions}>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={2} />
      ) : host === null ? (
        <EmptyState>{isOff ? words.needsFree : words.noHost}</EmptyState>
      ) : (
        <Host workspace={workspace} host={host} items={data.items} />
      )}
      {editing && <SparkplugForm {...{ workspace, host }} onClose={() => setEditing(false)} />}
      <ConfirmName
        opened={deleting}
        onClose={() => setDeleting(false)}
        title={words.delete}
        name={host?.host ?? ""}
        action={words.delete}
        run={async () => {
          await api.deleteSparkplug({ workspace });
          await queryClient.invalidateQueries({ queryKey: ["sparkplug", workspace] });
        }}
      >
        <p>{words.deleteHow}</p>
      </ConfirmName>
    </Section>
  );
}

interface HostProps {
  readonly workspace: string;
  readonly host: NonNullable<Nodes["host"]>;
  readonly items: Nodes["items"];
}
function Host({ workspace, host, items }: HostProps) {
  const words = useText().integrations.sparkplug;
  const { state, reason, alive, nodes } = host.status;
  const how = state === "online" ? words.online(alive, nodes) : (reason ?? "");
  return (
    <>
      <ul className={css.list}>
        <li>
          <div className={css.head}>
            <Status kind={state === "online" ? "ok" : "warn"}>{state === "online" ? words.on : words.off}</Status>
            <span className={css.what}>
              <strong className={css.name}>{host.host}</strong> {how}
            </span>
          </div>
        </li>
        {items.map((node) => (
          <Node key={node.node} workspace={workspace} node={node} />
        ))}
      </ul>
      {items.length === 0 && <EmptyState>{words.none}</EmptyState>}
    </>
  );
}

function Node({ workspace, node }: { readonly workspace: string; readonly node: Nodes["items"][number] }) {
  const t = useText();
  const words = t.integrations.sparkplug;
  const may = useMay(workspace, "integrations");
  const { node: path, online, since, metrics, product, device, gaps, rebirths, last_asked } = node;
  const ask = useAct(async () => {
    await api.askSparkplugRebirth({ workspace, body: { node: path } });
    await queryClient.invalidateQueries({ queryKey: ["sparkplug", workspace] });
  });
  const forget = useAct(async () => {
    await api.forgetSparkplugNode({ workspace, body: { node: path } });
    await queryClient.invalidateQueries({ queryKey: ["sparkplug", workspace] });
  });
  return (
    <li>
      <div className={css.head}>
        <Status kind={online ? "ok" : "away"}>{online ? words.on : words.off}</Status>
        <span className={css.what}>
          {product === null || device === null ? (
            <span className={css.name}>{path}</span>
          ) : (
            <Link
              to="/w/$workspace/devices/$product/$device"
              params={{ workspace, product, device }}
              className={css.name}
            >
              {path}
            </Link>
          )}
          <Ago time={since} />
        </span>
        {gaps !== null && !online && (
          <Button
            variant="default"
            size="xs"
            loading={forget.busy}
            onClick={() => void forget.run()}
            disabled={!may}
            title={may ? words.forgetHow : t.common.needs("integrations")}
            aria-label={words.forgetOf(path)}
          >
            {words.forget}
          </Button>
        )}
        {gaps !== null && (
          <Button
            variant="default"
            size="xs"
            loading={ask.busy}
            onClick={() => void ask.run()}
            disabled={!may}
            title={may ? undefined : t.common.needs("integrations")}
            aria-label={words.askOf(path)}
          >
            {words.ask}
          </Button>
        )}
      </div>
      <p className="quiet small">
        {device === null ? words.noDevice : words.metrics(metrics)}
        {gaps !== null && ` ${words.counts(gaps, rebirths ?? 0)}`}
        {last_asked !== null && ` ${words.last(last_asked)}`}
      </p>
      <RefusalNote error={ask.error ?? forget.error} />
    </li>
  );
}
