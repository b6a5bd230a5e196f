import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useText } from "../text/index.ts";
import { RefusalNote } from "./refusal-note.tsx";

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What goes along, counted by the server (`dry_run`). */
  readonly children: ReactNode;
  /** What must be typed; null: the button alone, for what destroys no data. */
  readonly name: string | null;
  /** A verb: "Delete device". */
  readonly action: string;
  readonly run: () => Promise<unknown>;
}

/** Asks before something is destroyed: says what goes along, and takes the name. */
export function ConfirmName({ opened, onClose, title, children, name, action, run }: Props) {
  const t = useText().common;
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const close = () => {
    setTyped("");
    setError(null);
    onClose();
  };
  const go = async () => {
    setBusy(true);
    try {
      await run();
      close();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ "aria-label": t.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name === null || typed === name) void go();
        }}
      >
        <Stack gap="md">
          <div>{children}</div>
          {name !== null && (
            <TextInput
              label={t.confirmName(name)}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
            />
          )}
          <RefusalNote error={error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              {t.cancel}
            </Button>
            <Button type="submit" color="red" loading={busy} disabled={name !== null && typed !== name}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
