import { Button, NativeSelect, PasswordInput, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { accountsQuery } from "../../api/accounts.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { AdvancedFold, TlsFold } from "./broker-folds.tsx";
import type { Form } from "./broker-values.ts";
import css from "./brokers.module.css";

interface Props {
  readonly workspace: string;
  readonly before: Form;
  readonly action: string;
  readonly may: boolean;
  readonly run: (form: Form) => Promise<void>;
}

/** Where a broker is, and how one logs in there. */
export function BrokerForm({ workspace, before, action, may, run }: Props) {
  const t = useText();
  const words = t.brokers;
  const accounts = useQuery(accountsQuery(workspace));
  const [form, setForm] = useState(before);
  const set = (next: Partial<Form>) => setForm((now) => ({ ...now, ...next }));
  const account = form.account !== "" ? form.account : (accounts.data?.[0]?.name ?? "");
  const act = useAct(() => run({ ...form, account }));
  const about = (name: string) => act.problem?.about(name);
  return (
    <form onSubmit={act.submit} className={css.form}>
      <TextInput
        label={words.name}
        value={form.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={about("name")}
        disabled={!may}
        required
        data-autofocus
      />
      <Textarea
        label={words.addresses}
        description={words.addressesHelp}
        placeholder="mqtts://broker.example.com"
        rows={2}
        value={form.addresses}
        onChange={(event) => set({ addresses: event.currentTarget.value })}
        error={about("addresses") ?? about("addresses[0]") ?? about("addresses[1]")}
        disabled={!may}
        spellCheck={false}
        required
      />
      <NativeSelect
        label={words.account}
        description={words.accountHelp}
        data={(accounts.data ?? []).map(({ name }) => name)}
        value={account}
        onChange={({ currentTarget }) => set({ account: currentTarget.value })}
        error={about("account")}
        disabled={!may}
      />
      {accounts.data?.length === 0 && (
        <p>
          {words.noAccount}{" "}
          <Link to="/w/$workspace/access" params={{ workspace }} search={{ tab: "api-users" }}>
            {words.toAccounts}
          </Link>
        </p>
      )}
      <TextInput
        label={words.username}
        value={form.username}
        onChange={(event) => set({ username: event.currentTarget.value })}
        error={about("username")}
        disabled={!may}
        autoComplete="off"
        spellCheck={false}
      />
      <PasswordInput
        size="xs"
        label={words.password}
        description={words.secretHelp}
        value={form.password}
        onChange={(event) => set({ password: event.currentTarget.value })}
        error={about("password")}
        disabled={!may}
        autoComplete="new-password"
      />
      <TlsFold form={form} set={set} about={about} may={may} />
      <AdvancedFold form={form} set={set} about={about} may={may} />
      <RefusalNote error={act.error} />
      <div>
        <Button type="submit" loading={act.busy} disabled={!may || account === ""}>
          {action}
        </Button>
      </div>
    </form>
  );
}
