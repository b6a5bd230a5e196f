import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useText } from "../../text/index.ts";
import type { DownlinkForm } from "./downlink-wish.ts";

interface BytesProps {
  readonly form: DownlinkForm;
  readonly set: (next: Partial<DownlinkForm>) => void;
  readonly about: (path: string) => string | undefined;
}

/** Bytes that are sent as they are. */
export function ComposeBytes({ form, set, about }: BytesProps) {
  const words = useText().downlinks;
  return (
    <>
      <NativeSelect
        label={words.as}
        value={form.as}
        data={(["hex", "base64", "text"] as const).map((value) => ({ value, label: words.forms[value] }))}
        onChange={({ currentTarget }) => set({ as: currentTarget.value as DownlinkForm["as"] })} // one of these
      />
      <TextInput
        label={words.bytes}
        placeholder={form.as === "hex" ? "01 ff" : ""}
        value={form.bytes}
        onChange={(event) => set({ bytes: event.currentTarget.value })}
        error={about(form.as)}
        spellCheck={false}
        autoComplete="off"
      />
      <NumberInput
        size="xs"
        label={words.port}
        min={1}
        max={223}
        allowDecimal={false}
        value={form.port}
        onChange={(port) => set({ port })}
        error={about("port")}
      />
    </>
  );
}
