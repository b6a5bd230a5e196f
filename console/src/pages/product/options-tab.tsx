import { Button, NativeSelect, NumberInput, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Product } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Danger } from "../../parts/danger.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { KeptForm } from "../../parts/kept-form.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";
import { RetentionSection } from "./retention-section.tsx";

interface State {
  readonly product: Product;
  readonly etag: string;
}
interface Props extends State {
  readonly workspace: string;
  /** How many a change touches. */
  readonly devices: number;
}

/** What holds for all devices of the product. Its retention is part of its state and a form of its own: saving that leaves the other as it is. */
export default function OptionsTab({ state, ...rest }: Omit<Props, keyof State> & { readonly state: State }) {
  const props = { ...rest, ...state };
  return (
    <div className={css.columns}>
      <KeptForm state={state}>{(kept) => <General {...rest} {...kept} />}</KeptForm>
      <div className={css.stack}>
        <RetentionSection workspace={props.workspace} product={props.product.slug} />
        <DeleteProduct {...props} />
      </div>
    </div>
  );
}

function General({ workspace, product, etag, devices }: Props) {
  const t = useText();
  const words = t.product.options;
  const may = useMay(workspace, "devices");
  const { data: networks } = useQuery({
    queryKey: ["networks", workspace],
    queryFn: async ({ signal }) => (await api.listNetworks({ workspace, limit: 1000, signal })).data.items,
    retry: false,
  });
  const [form, setForm] = useState({
    name: product.name,
    retain_last_values: product.retain_last_values,
    publish_backfill: product.publish_backfill,
    bool_text: product.bool_text,
    timeout: (product.online_timeout ?? "") as number | string,
    network: product.network ?? "",
  });
  const set = (next: Partial<typeof form>) => setForm((before) => ({ ...before, ...next }));
  const save = useAct(async () => {
    const { timeout, network, ...rest } = form;
    const body = {
      ...rest,
      online_timeout: timeout === "" ? null : Number(timeout),
      network: network === "" ? null : network,
    };
    await api.updateProduct({ product: product.slug, if_match: etag, body });
    await queryClient.invalidateQueries({ queryKey: ["products"] });
  });
  const { problem } = save;
  return (
    <Section title={words.title}>
      <form onSubmit={save.submit} className={css.form}>
        <TextInput
          label={words.name}
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={problem?.about("name")}
          required
        />
        <Switch
          label={words.retain}
          description={words.retainHelp}
          checked={form.retain_last_values}
          onChange={(event) => set({ retain_last_values: event.currentTarget.checked })}
        />
        <Switch
          label={words.backfill}
          description={words.backfillHelp}
          checked={form.publish_backfill}
          onChange={(event) => set({ publish_backfill: event.currentTarget.checked })}
        />
        <NativeSelect
          label={words.boolText}
          data={["true", "True"]}
          value={form.bool_text}
          onChange={({ currentTarget }) => set({ bool_text: currentTarget.value })}
        />
        <NumberInput
          size="xs"
          label={words.timeout}
          description={words.timeoutHelp}
          min={10}
          max={31_536_000}
          value={form.timeout}
          onChange={(timeout) => set({ timeout })}
          error={problem?.about("online_timeout")}
        />
        {networks !== undefined && networks.length > 0 && (
          <NativeSelect
            label={words.network}
            data={[{ value: "", label: words.noNetwork }, ...networks.map(({ name }) => name)]}
            value={form.network}
            onChange={({ currentTarget }) => set({ network: currentTarget.value })}
          />
        )}
        <RefusalNote error={save.error} again={() => void queryClient.invalidateQueries({ queryKey: ["products"] })} />
        <div className={css.about}>
          <Button type="submit" loading={save.busy} disabled={!may} title={may ? undefined : t.common.needs("devices")}>
            {t.common.save}
          </Button>
          <span className="quiet small">{words.touches(devices)}</span>
        </div>
      </form>
    </Section>
  );
}

function DeleteProduct({ workspace, product }: Props) {
  const t = useText();
  const words = t.product.options;
  const navigate = useNavigate();
  const may = useMay(workspace, "devices");
  const number = (n: number) => formatNumber(n, 0, t.time.locale);
  return (
    <Danger
      words={{ danger: words.delete, dangerHow: words.deleteHow, delete: words.delete }}
      title={words.deleteTitle(product.name)}
      name={product.slug}
      may={may}
      right="devices"
      queryKey={["products", "takes", product.slug]}
      count={async (signal) => (await api.deleteProduct({ product: product.slug, dry_run: true, signal })).data.takes}
      takes={(takes) => words.takes(number(takes.devices), number(takes.measurements))}
      run={async () => {
        await api.deleteProduct({ product: product.slug, confirm: product.slug });
        await queryClient.invalidateQueries();
        await navigate({ to: "/w/$workspace/products", params: { workspace } });
      }}
    />
  );
}
