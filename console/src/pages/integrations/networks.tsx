import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { NetworkFields } from "./network-fields.tsx";
import { NETWORK_TYPES, NEW_NETWORK, networkBodyOf, demandOf } from "./network-form.ts";
import { networksQuery } from "./queries.ts";

/** What takes downlinks to devices. */
export function Networks({ workspace }: { readonly workspace: string }) {
  const t = useText();
  const words = t.integrations;
  const { data, error, refetch } = useQuery(networksQuery(workspace));
  const may = useMay(workspace, "integrations");
  const [making, setMaking] = useState(false);
  return (
    <Section
      title={words.networks}
      flush
      actions={
        <Button
          onClick={() => setMaking(true)}
          disabled={!may}
          title={may ? undefined : t.common.needs("integrations")}
        >
          {words.createNetwork}
        </Button>
      }
    >
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={2} />
      ) : data.length === 0 ? (
        <EmptyState>{words.noNetworks}</EmptyState>
      ) : (
        <ul className={css.list}>
          {data.map((network) => {
            const lacksKey = demandOf(network.type, "key") !== undefined && !network.has_key;
            const kind = network.has_key ? "ok" : lacksKey ? "warn" : "away";
            return (
              <li key={network.name}>
                <div className={css.head}>
                  <Status kind={kind}>{network.has_key ? words.hasKey : words.noKey}</Status>
                  <span className={css.what}>
                    <Link
                      to="/w/$workspace/integrations/networks/$network"
                      params={{ workspace, network: network.name }}
                      className={css.name}
                    >
                      {network.name}
                    </Link>
                    {NETWORK_TYPES[network.type]} <code>{network.server}</code>
                  </span>
                </div>
                <p className="quiet small">{words.usedBy(network.products)}</p>
              </li>
            );
          })}
        </ul>
      )}
      {making && <CreateNetwork workspace={workspace} onClose={() => setMaking(false)} />}
    </Section>
  );
}

function CreateNetwork({ workspace, onClose }: { readonly workspace: string; readonly onClose: () => void }) {
  const t = useText();
  const words = t.integrations;
  const [form, setForm] = useState(NEW_NETWORK);
  const create = useAct(async () => {
    await api.createNetwork({ workspace, body: { name: form.name, ...networkBodyOf(form, true) } });
    await queryClient.invalidateQueries({ queryKey: ["networks"] });
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={words.createNetwork} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={create.submit} className={css.form}>
        <NetworkFields
          form={form}
          set={(next) => setForm((before) => ({ ...before, ...next }))}
          problem={create.problem}
          known={null}
        />
        <RefusalNote error={create.error} />
        <Button type="submit" loading={create.busy}>
          {words.createNetwork}
        </Button>
      </form>
    </Modal>
  );
}
