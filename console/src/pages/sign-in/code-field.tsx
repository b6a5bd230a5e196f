import { TextInput } from "@mantine/core";
import { useText } from "../../text/index.ts";

interface Props {
  readonly value: string;
  /** Without the spaces that apps show in it. */
  readonly onChange: (code: string) => void;
}

/** Where the code of a second factor is typed, or one of the recovery codes. */
export function CodeField({ value, onChange }: Props) {
  const t = useText().signIn;
  return (
    <TextInput
      size="sm"
      label={t.code}
      description={t.codeHelp}
      autoComplete="one-time-code"
      inputMode="text"
      required
      autoFocus
      withAsterisk={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.replace(/\s/g, ""))}
    />
  );
}
