import { Checkbox, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import type { ApiProblem } from "../../api/problem.ts";
import { useText } from "../../text/index.ts";
import { NETWORK_TYPES, type NetworkForm, type NetworkType, SERVER_EXAMPLES, demandOf } from "./network-form.ts";

interface Props {
  readonly form: NetworkForm;
  readonly set: (next: Partial<NetworkForm>) => void;
  readonly problem: ApiProblem | null;
  /** A new one has a name to choose; of another, whether it has a key. */
  readonly known: { readonly hasKey: boolean } | null;
}

/** What is said of a network: the fields that its type has a use for. */
export function NetworkFields({ form, set, problem, known }: Props) {
  const t = useText();
  const words = t.integrations;
  const label = (text: string, use: "needed" | "taken") => (use === "needed" ? text : `${text} (${t.common.optional})`);
  const key = demandOf(form.type, "key");
  return (
    <>
      {known === null && (
        <TextInput
          label={words.name}
          description={words.nameHelp}
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={problem?.about("name")}
          spellCheck={false}
          required
          data-autofocus
        />
      )}
      <NativeSelect
        label={words.type}
        data={Object.entries(NETWORK_TYPES).map(([value, text]) => ({ value, label: text }))}
        value={form.type}
        onChange={({ currentTarget }) => set({ type: currentTarget.value as NetworkType })} // one of NETWORK_TYPES
        error={problem?.about("type")}
      />
      {(["server", "application", "webhook"] as const).map((setting) => {
        const use = demandOf(form.type, setting);
        if (use === undefined) return null;
        return (
          <TextInput
            key={setting}
            label={label(words[setting], use)}
            description={words.settingHelp[setting]}
            placeholder={setting === "server" ? SERVER_EXAMPLES[form.type] : ""}
            value={form[setting]}
            onChange={(event) => set({ [setting]: event.currentTarget.value })}
            error={problem?.about(setting)}
            spellCheck={false}
          />
        );
      })}
      {key !== undefined && (
        <PasswordInput
          size="xs"
          label={label(words.key, known?.hasKey === true ? "taken" : key)}
          description={known?.hasKey === true ? words.keyStays : words.keyHelp}
          value={form.key}
          disabled={form.dropsKey}
          onChange={(event) => set({ key: event.currentTarget.value })}
          error={problem?.about("key")}
          autoComplete="off"
        />
      )}
      {key === "taken" && known?.hasKey === true && (
        <Checkbox
          label={words.dropKey}
          checked={form.dropsKey}
          onChange={(event) => set({ dropsKey: event.currentTarget.checked, key: "" })}
        />
      )}
    </>
  );
}
