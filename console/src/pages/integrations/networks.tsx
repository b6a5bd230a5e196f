import { Button, Modal, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Network } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { networksQuery } from "./queries.ts";

const TYPES: Readonly<Record<Network["type"], string>> = {
  tti: "The Things Stack",
  chirpstack: "ChirpStack 4 (gRPC)",
  chirpstack_rest: "ChirpStack 4 (REST)",
  chirpstack_v3: "ChirpStack 3",
  helium: "Helium Console",
  loriot: "LORIOT",
  actility: "Actility ThingPark",
  http: "HTTP",
};
const reload = () => queryClient.invalidateQueries({ queryKey: ["networks"] });

/** What takes downlinks to devices. */
export function Networks({ workspace }: { readonly workspace: string }) {
  const t = useText();
  const words = t.integrations;
  const { data, error, refetch } = useQuery(networksQuery(workspace));
  const may = useMay(workspace, "integrations");
  const [making, setMaking] = useState(false);
  const [going, setGoing] = useState<Network | null>(null);
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
          {data.map((network) => (
            <li key={network.name}>
              <div className={css.head}>
                <Status kind={network.has_key ? "ok" : "warn"}>{network.has_key ? words.hasKey : words.noKey}</Status>
                <span className={css.what}>
                  <strong>{network.name}</strong> {TYPES[network.type]} <code>{network.server}</code>
                </span>
                <span className={css.actions}>
                  <Button variant="subtle" color="gray" disabled={!may} onClick={() => setGoing(network)}>
                    {t.common.delete}
                    <span className="sr-only"> {network.name}</span>
                  </Button>
                </span>
              </div>
              <p className="quiet small">{words.usedBy(network.products)}</p>
            </li>
          ))}
        </ul>
      )}
      {making && <CreateNetwork workspace={workspace} onClose={() => setMaking(false)} />}
      {going !== null && (
        <ConfirmName
          opened
          onClose={() => setGoing(null)}
          title={words.deleteNetwork(going.name)}
          name={going.name}
          action={t.common.delete}
          run={async () => {
            await api.deleteNetwork({ workspace, network: going.name });
            await reload();
          }}
        >
          <p>{words.usedBy(going.products)}</p>
        </ConfirmName>
      )}
    </Section>
  );
}

function CreateNetwork({ workspace, onClose }: { readonly workspace: string; readonly onClose: () => void }) {
  const t = useText();
  const words = t.integrations;
  const [form, setForm] = useState({
    name: "",
    type: "tti" as Network["type"],
    server: "",
    application: "",
    webhook: "",
    key: "",
  });
  const set = (next: Partial<typeof form>) => setForm((before) => ({ ...before, ...next }));
  const create = useAct(async () => {
    const { name, type, server, application, webhook, key } = form;
    const more = {
      ...(server !== "" && { server }),
      ...(application !== "" && { application }),
      ...(webhook !== "" && type === "tti" && { webhook }),
      ...(key !== "" && { key }),
    };
    await api.createNetwork({ workspace, body: { name, type, ...more } });
    await reload();
    onClose();
  });
  const texts = ["name", "server", "application", ...(form.type === "tti" ? (["webhook"] as const) : [])] as const;
  return (
    <Modal opened onClose={onClose} title={words.createNetwork} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={create.submit} className={css.form}>
        <NativeSelect
          label={words.type}
          data={Object.entries(TYPES).map(([value, label]) => ({ value, label }))}
          value={form.type}
          onChange={({ currentTarget }) => set({ type: currentTarget.value as Network["type"] })} // one of TYPES
        />
        {texts.map((name) => (
          <TextInput
            key={name}
            label={words[name]}
            value={form[name]}
            onChange={(event) => set({ [name]: event.currentTarget.value })}
            error={create.problem?.about(name)}
            spellCheck={false}
            required={name === "name"}
          />
        ))}
        <PasswordInput
          size="xs"
          label={words.key}
          description={words.keyHelp}
          value={form.key}
          onChange={(event) => set({ key: event.currentTarget.value })}
          error={create.problem?.about("key")}
          autoComplete="off"
        />
        <RefusalNote error={create.error} />
        <Button type="submit" loading={create.busy}>
          {words.createNetwork}
        </Button>
      </form>
    </Modal>
  );
}
