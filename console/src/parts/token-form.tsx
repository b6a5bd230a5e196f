import { Button, NativeSelect, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useText } from "../text/index.ts";
import { RefusalNote } from "./refusal-note.tsx";

/** When a new token may end. */
const EXPIRIES = ["never", "30d", "90d", "365d"] as const;
export type Expiry = (typeof EXPIRIES)[number];

interface ExpiryProps {
  readonly label: string;
  readonly value: Expiry;
  readonly onChange: (value: Expiry) => void;
}

/** When a token ends. */
export function ExpirySelect({ label, value, onChange }: ExpiryProps) {
  const { expiries } = useText().common;
  return (
    <NativeSelect
      label={label}
      value={value}
      data={EXPIRIES.map((one) => ({ value: one, label: expiries[one] }))}
      onChange={(event) => onChange(event.currentTarget.value as Expiry)} // one of EXPIRIES
    />
  );
}

/** What is asked of a new token. */
export interface TokenWish {
  /** "": none. */
  readonly name: string;
  readonly expires: Expiry;
}
interface Props {
  readonly words: { readonly name: string; readonly expires: string; readonly new: string };
  /** When it ends unless something else is chosen. */
  readonly expires: Expiry;
  readonly making: { readonly error: Error | null; readonly isPending: boolean; mutate(wish: TokenWish): void };
}

/** Asks for the name and the end of a token that is made. */
export function TokenForm({ words, expires: first, making }: Props) {
  const [name, setName] = useState("");
  const [expires, setExpires] = useState(first);
  const send = (event: FormEvent) => {
    event.preventDefault();
    making.mutate({ name: name.trim(), expires });
  };
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <TextInput label={words.name} value={name} data-autofocus onChange={(e) => setName(e.currentTarget.value)} />
        <ExpirySelect label={words.expires} value={expires} onChange={setExpires} />
        <RefusalNote error={making.error} />
        <Button type="submit" loading={making.isPending}>
          {words.new}
        </Button>
      </Stack>
    </form>
  );
}
