import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Suggestion } from "../../../../sdk/operations.js";
import { productsQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import list from "../../parts/list.module.css";

const reload = () => queryClient.invalidateQueries({ queryKey: ["suggestions"] });

/** Devices that something named and no product has: created in a product, or put aside. */
export function UnknownDevices({ workspace }: { readonly workspace: string }) {
  const words = useText().brokers;
  const products = useQuery(productsQuery(workspace));
  const { data } = useQuery({
    queryKey: ["suggestions", "workspace", workspace],
    queryFn: async ({ signal }) =>
      (await api.listWorkspaceSuggestions({ workspace, state: "open", signal })).data.items,
    refetchInterval: 10_000,
    retry: false,
  });
  const [chosen, setChosen] = useState("");
  const product = chosen !== "" ? chosen : (products.data?.[0]?.slug ?? "");
  if (data === undefined || data.length === 0) return null;
  return (
    <Section
      title={words.unknown}
      flush
      actions={
        <NativeSelect
          aria-label={words.into}
          data={(products.data ?? []).map(({ slug, name }) => ({ value: slug, label: name }))}
          value={product}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        />
      }
    >
      <ul className={list.list}>
        {data.map((one) => (
          <Item key={one.name} workspace={workspace} product={product} suggestion={one} />
        ))}
      </ul>
    </Section>
  );
}

interface Props {
  readonly workspace: string;
  readonly product: string;
  readonly suggestion: Suggestion;
}

function Item({ workspace, product, suggestion: { kind, name, label, count, last, sample, origin } }: Props) {
  const t = useText();
  const words = t.brokers;
  const may = useMay(workspace, "devices");
  const which = { suggestions: [{ kind, name }] };
  const make = useAct(async () => {
    await api.createSuggestedDevices({ workspace, body: { ...which, product } });
    await Promise.all([reload(), queryClient.invalidateQueries({ queryKey: ["devices"] })]);
  });
  const ignore = useAct(async () => {
    await api.ignoreWorkspaceSuggestions({ workspace, body: which });
    await reload();
  });
  return (
    <li>
      <div className={list.head}>
        <span className={list.what}>
          <strong>{label ?? name}</strong> <code>{name}</code>
        </span>
        <Button onClick={() => void make.run()} loading={make.busy} disabled={!may || product === ""}>
          {t.common.create}
          <span className="sr-only"> {name}</span>
        </Button>
        <Button variant="subtle" color="gray" onClick={() => void ignore.run()} loading={ignore.busy}>
          {words.ignore}
          <span className="sr-only"> {name}</span>
        </Button>
      </div>
      <p className="quiet small">
        {origin !== null && words.cameBy(origin.broker, origin.map)} {sample} {words.times(count)} <Ago time={last} />
      </p>
      <RefusalNote error={make.error ?? ignore.error} />
    </li>
  );
}
