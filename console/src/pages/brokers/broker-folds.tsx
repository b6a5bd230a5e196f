import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useText } from "../../text/index.ts";
import type { Form } from "./broker-values.ts";
import { Fold } from "./fold.tsx";
import { WholeNumber } from "./whole-number.tsx";
import type { About } from "./shared.ts";

interface Props {
  readonly form: Form;
  readonly set: (next: Partial<Form>) => void;
  readonly about: About;
  readonly may: boolean;
}
const PROTOCOLS = ["auto", "5", "3.1.1", "3.1"] as const;
const PEMS = ["ca", "certificate", "key"] as const;
const NUMBERS = ["keep_alive", "session_expiry", "hops"] as const;
const ADVANCED = ["description", "client_id", ...NUMBERS] as const;

/** Version of MQTT, and TLS: folded until something of it is set, or refused. */
export function TlsFold({ form, set, about, may }: Props) {
  const words = useText().brokers;
  const isSecure = /(?:mqtts|wss):/i.test(form.addresses);
  const isSet = isSecure && (form.ca !== "" || form.certificate !== "" || form.server_name !== "");
  const isRefused = [...PEMS, "protocol", "server_name"].some((name) => about(name) !== undefined);
  return (
    <Fold title={words.more} opens={isSet || isRefused}>
      <NativeSelect
        label={words.protocol}
        data={PROTOCOLS.map((value) => ({ value, label: value === "auto" ? words.auto : `MQTT ${value}` }))}
        value={form.protocol}
        onChange={({ currentTarget }) =>
          set({ protocol: PROTOCOLS.find((one) => one === currentTarget.value) ?? "auto" })
        }
        error={about("protocol")}
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
      {PEMS.map((name) => (
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
    </Fold>
  );
}

/** What most leave as it is: keep alive, how long the session is kept, hops, client id. */
export function AdvancedFold({ form, set, about, may }: Props) {
  const words = useText().brokers;
  return (
    <Fold title={words.advanced} opens={ADVANCED.some((name) => about(name) !== undefined)}>
      {NUMBERS.map((name) => (
        <WholeNumber
          key={name}
          label={words.advancedForm[name]}
          description={words.advancedHelp[name]}
          value={form[name]}
          onChange={(value) => set({ [name]: value })}
          error={about(name)}
          disabled={!may}
        />
      ))}
      <TextInput
        label={words.advancedForm.client_id}
        description={words.advancedHelp.client_id}
        value={form.client_id}
        onChange={(event) => set({ client_id: event.currentTarget.value })}
        error={about("client_id")}
        disabled={!may}
        spellCheck={false}
      />
      <Textarea
        label={words.advancedForm.description}
        rows={2}
        value={form.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
        error={about("description")}
        disabled={!may}
      />
    </Fold>
  );
}
