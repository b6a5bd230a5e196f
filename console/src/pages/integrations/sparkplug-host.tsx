import { Button, Modal, NativeSelect, NumberInput, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SparkplugHost } from "../../../../sdk/operations.js";
import { accountsQuery } from "../../api/accounts.ts";
import { productsQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { sparkplugTagQuery } from "./queries.ts";

interface Props {
  readonly workspace: string;
  /** Null: it is to be made. */
  readonly host: SparkplugHost | null;
  readonly onClose: () => void;
}
interface Rule {
  readonly nodes: string;
  readonly product: string;
}

/** Makes the workspace a host of Sparkplug B, or changes what it is. */
export function SparkplugForm({ workspace, host, onClose }: Props) {
  const t = useText();
  const words = t.integrations.sparkplug.form;
  const accounts = useQuery(accountsQuery(workspace));
  const products = useQuery(productsQuery(workspace));
  const { data: etag } = useQuery({ ...sparkplugTagQuery(workspace), enabled: host !== null });
  const [form, setForm] = useState({
    host: host?.host ?? "fieldcast",
    account: host?.account ?? "",
    reorder: (host?.reorder ?? 5000) as number | string,
    rebirth: host?.rebirth ?? true,
    active: host?.active ?? true,
  });
  const [rules, setRules] = useState<readonly Rule[]>(
    host?.products.map(({ nodes, product }) => ({ nodes, product: product ?? "" })) ?? [{ nodes: "#", product: "" }],
  );
  const rule = (n: number, more: Partial<Rule>) =>
    setRules(rules.map((one, i) => (i === n ? { ...one, ...more } : one)));
  const save = useAct(async () => {
    const body = { ...form, reorder: Number(form.reorder), products: rules.map((one) => ({ ...one })) };
    await api.setSparkplug({ workspace, body, ...(etag != null && { if_match: etag }) });
    await queryClient.invalidateQueries({ queryKey: ["sparkplug", workspace] });
    onClose();
  });
  const choices = (names: readonly string[]) => ["", ...names];
  return (
    <Modal opened onClose={onClose} title={words.title} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={save.submit} className={css.form}>
        <p className="quiet small">{words.how}</p>
        <TextInput
          label={words.host}
          description={words.hostHow}
          value={form.host}
          required
          onChange={(event) => setForm({ ...form, host: event.currentTarget.value })}
          error={save.problem?.about("host")}
        />
        <NativeSelect
          label={words.account}
          description={words.accountHow}
          required
          data={choices((accounts.data ?? []).map(({ name }) => name))}
          value={form.account}
          onChange={(event) => setForm({ ...form, account: event.currentTarget.value })}
          error={save.problem?.about("account")}
        />
        {rules.map(({ nodes, product }, n) => (
          // rules have nothing but their place
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={n} className={css.inline}>
            <TextInput
              label={words.nodes}
              value={nodes}
              required
              spellCheck={false}
              onChange={(event) => rule(n, { nodes: event.currentTarget.value })}
              error={save.problem?.about(`products[${n}].nodes`)}
            />
            <NativeSelect
              label={words.product}
              required
              data={choices((products.data ?? []).map(({ slug }) => slug))}
              value={product}
              onChange={(event) => rule(n, { product: event.currentTarget.value })}
              error={save.problem?.about(`products[${n}].product`)}
            />
            <Button
              variant="default"
              disabled={rules.length === 1}
              onClick={() => setRules(rules.filter((_, i) => i !== n))}
            >
              {words.removeRule}
            </Button>
          </div>
        ))}
        <div>
          <Button variant="default" onClick={() => setRules([...rules, { nodes: "", product: "" }])}>
            {words.addRule}
          </Button>
        </div>
        <NumberInput
          label={words.reorder}
          min={0}
          max={60_000}
          value={form.reorder}
          onChange={(reorder) => setForm({ ...form, reorder })}
          error={save.problem?.about("reorder")}
        />
        <Switch
          label={words.rebirth}
          checked={form.rebirth}
          onChange={(event) => setForm({ ...form, rebirth: event.currentTarget.checked })}
        />
        <Switch
          label={words.active}
          checked={form.active}
          onChange={(event) => setForm({ ...form, active: event.currentTarget.checked })}
        />
        <RefusalNote error={save.error} />
        <div>
          <Button type="submit" loading={save.busy}>
            {t.common.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
