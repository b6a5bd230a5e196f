import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { sparkplugQuery } from "./queries.ts";

type Nodes = Awaited<ReturnType<typeof api.listSparkplugNodes>>["data"];

/** The workspace as a host of Sparkplug B: its edge nodes and their devices. Where it is none, nothing. */
export function Sparkplug({ workspace }: { readonly workspace: string }) {
  const words = useText().integrations.sparkplug;
  const { data, error, refetch } = useQuery(sparkplugQuery(workspace));
  const host = data?.host ?? null;
  if (data === undefined || host === null) return <RefusalNote error={error} again={() => void refetch()} />;
  const { state, reason, alive, nodes } = host.status;
  const how = state === "online" ? words.online(alive, nodes) : (reason ?? "");
  return (
    <Section title={words.title} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      <ul className={css.list}>
        <li>
          <div className={css.head}>
            <Status kind={state === "online" ? "ok" : "warn"}>{state === "online" ? words.on : words.off}</Status>
            <span className={css.what}>
              <strong className={css.name}>{host.host}</strong> {how}
            </span>
          </div>
        </li>
        {data.items.map((node) => (
          <Node key={node.node} workspace={workspace} node={node} />
        ))}
      </ul>
      {data.items.length === 0 && <EmptyState>{words.none}</EmptyState>}
    </Section>
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
      <RefusalNote error={ask.error} />
    </li>
  );
}
