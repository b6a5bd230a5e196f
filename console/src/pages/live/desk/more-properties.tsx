import { ActionIcon, Button, Group, Stack, TextInput } from "@mantine/core";
import { TrashIcon } from "@primer/octicons-react";
import { useText } from "../../../text/index.ts";
import css from "./desk.module.css";
import type { PublishWish } from "./mosquitto.ts";

interface Props {
  readonly wish: PublishWish;
  readonly change: (more: Partial<PublishWish>) => void;
}

/** The properties of MQTT 5 that a publish may bear. */
export function MoreProperties({ wish, change }: Props) {
  const t = useText().desk.publish;
  const { contentType, expiry, userProperties } = wish;
  const put = (at: number, pair: readonly [string, string]) =>
    change({ userProperties: userProperties.map((one, n) => (n === at ? pair : one)) });
  return (
    <details className={css.more}>
      <summary>{t.more}</summary>
      <Stack gap="sm">
        <TextInput
          label={t.contentType}
          value={contentType}
          placeholder="application/json"
          onChange={(event) => change({ contentType: event.currentTarget.value })}
        />
        <TextInput
          label={t.expiry}
          value={expiry}
          inputMode="numeric"
          onChange={(event) => change({ expiry: event.currentTarget.value.replaceAll(/\D/g, "").slice(0, 9) })}
        />
        {userProperties.map(([name, value], n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may have one name, and they never move
          <Group key={n} gap="xs" wrap="nowrap" align="flex-end">
            <TextInput
              label={`${t.userProperty}: ${t.name}`}
              value={name}
              onChange={(event) => put(n, [event.currentTarget.value, value])}
              flex={1}
            />
            <TextInput
              label={t.value}
              value={value}
              onChange={(event) => put(n, [name, event.currentTarget.value])}
              flex={1}
            />
            <ActionIcon
              aria-label={t.remove}
              title={t.remove}
              size={30}
              onClick={() => change({ userProperties: userProperties.filter((_, at) => at !== n) })}
            >
              <TrashIcon size={14} />
            </ActionIcon>
          </Group>
        ))}
        <div>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => change({ userProperties: [...userProperties, ["", ""]] })}
          >
            {t.add}
          </Button>
        </div>
      </Stack>
    </details>
  );
}
