import { Button, NativeSelect, PasswordInput, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ExternalBroker } from "../../../../sdk/operations.js";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";
import { accountsQuery } from "./queries.ts";

/** What is typed of an external broker. A secret that is empty stays as it is. */
export interface Form {
  readonly name: string;
  /** One in a line. */
  readonly addresses: string;
  readonly protocol: ExternalBroker["protocol"];
  readonly account: string;
  readonly username: string;
  readonly password: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly server_name: string;
}
export const EMPTY: Form = {
  ...{ name: "", addresses: "", protocol: "auto", account: "", username: "", password: "" },
  ...{ ca: "", certificate: "", key: "", server_name: "" },
};
const PROTOCOLS = ["auto", "5", "3.1.1", "3.1"] as const;

export function formOf({
  name,
  addresses,
  protocol,
  account,
  username,
  ca,
  certificate,
  server_name,
}: ExternalBroker): Form {
  return {
    ...EMPTY,
    ...{ name, protocol, addresses: addresses.join("\n"), account: account ?? "", username: username ?? "" },
    ...{ ca: ca ?? "", certificate: certificate ?? "", server_name: server_name ?? "" },
  };
}

/** What differs, in the form of the API: an empty text takes a value away. */
export function changesOf(form: Form, before: Form) {
  const differs = (key: keyof Form) => form[key] !== before[key];
  const orNone = (text: string) => (text.trim() === "" ? null : text);
  return {
    ...(differs("name") && { name: form.name.trim() }),
    ...(differs("addresses") && {
      addresses: form.addresses
        .split(/\s+/)
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    }),
    ...(differs("protocol") && { protocol: form.protocol }),
    ...(differs("account") && { account: form.account }),
    ...(differs("username") && { username: orNone(form.username) }),
    ...(form.password !== "" && { password: form.password }),
    ...(differs("ca") && { ca: orNone(form.ca) }),
    ...(differs("certificate") && { certificate: orNone(form.certificate) }),
    ...(form.key !== "" && { key: form.key }),
    ...(differs("server_name") && { server_name: orNone(form.server_name) }),
  };
}

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
  const isSecure = /(?:mqtts|wss):/i.test(form.addresses);
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
      <details open={isSecure && (form.ca !== "" || form.certificate !== "" || form.server_name !== "")}>
        <summary>{words.more}</summary>
        <div className={css.form}>
          <NativeSelect
            label={words.protocol}
            data={PROTOCOLS.map((value) => ({ value, label: value === "auto" ? words.auto : `MQTT ${value}` }))}
            value={form.protocol}
            onChange={({ currentTarget }) =>
              set({ protocol: PROTOCOLS.find((one) => one === currentTarget.value) ?? "auto" })
            }
            disabled={!may}
          />
          <TextInput
            label={words.serverName}
            value={form.server_name}
            onChange={(event) => set({ server_name: event.currentTarget.value })}
            error={about("server_name")}
            disabled={!may}
            spellCheck={false}
          />
          {(["ca", "certificate", "key"] as const).map((name) => (
            <Textarea
              key={name}
              label={words[name]}
              placeholder="-----BEGIN"
              rows={2}
              value={form[name]}
              onChange={(event) => set({ [name]: event.currentTarget.value })}
              error={about(name)}
              disabled={!may}
              spellCheck={false}
            />
          ))}
        </div>
      </details>
      <RefusalNote error={act.error} />
      <div>
        <Button type="submit" loading={act.busy} disabled={!may || account === ""}>
          {action}
        </Button>
      </div>
    </form>
  );
}
