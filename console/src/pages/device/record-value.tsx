import { Button, NativeSelect, Popover, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Device, Field } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMayRecord } from "../../api/session.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { typedValue } from "../../parts/typed-value.ts";

interface Props {
  readonly device: Device;
  readonly fields: readonly Field[];
  /** Opens it with this field, wherever that was asked for; null: nowhere. */
  readonly asked: string | null;
  readonly onAsked: (field: string | null) => void;
}

/** Records a value by hand, as a publish of the device would. Who may not sees it disabled, with the reason. */
export function RecordValue({ device, fields, asked, onAsked }: Props) {
  const { device: t, common } = useText();
  const may = useMayRecord(device.product, device.id);
  const [last, setLast] = useState(fields[0]?.id ?? "");
  const opened = asked !== null;
  const field = asked ?? last;
  const choose = (next: string) => {
    setLast(next);
    onAsked(next);
  };
  const setOpened = (open: boolean) => {
    setLast(field);
    onAsked(open ? field : null);
  };
  const [text, setText] = useState("");
  const [error, setError] = useState<Error | null>(null);
  const type = fields.find(({ id }) => id === field)?.type;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    try {
      await api.recordMeasurements({
        product: device.product,
        device: device.id,
        body: [{ field, value: typedValue(text, type) }],
      });
      setText("");
      setOpened(false);
      await queryClient.invalidateQueries({ queryKey: ["values", device.product, device.id] });
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={260} trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          onClick={() => setOpened(!opened)}
          disabled={!may}
          title={may ? undefined : common.needs("record_measurements")}
        >
          {t.record.button}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.record.button}>
        <form onSubmit={(event) => void send(event)}>
          <Stack gap="sm">
            <NativeSelect
              label={t.record.field}
              data={fields.map(({ id, name }) => ({ value: id, label: name }))}
              value={field}
              onChange={(event) => choose(event.currentTarget.value)}
            />
            <TextInput
              label={t.record.value}
              description={type === undefined ? undefined : t.record.forms[type]}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
              required
              withAsterisk={false}
            />
            <RefusalNote error={error} />
            <Button type="submit">{t.record.action}</Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
