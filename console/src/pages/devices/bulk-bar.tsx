import { ActionIcon, Autocomplete, Button, Group, Popover, Stack } from "@mantine/core";
import { TagIcon, TrashIcon, XIcon } from "@primer/octicons-react";
import { useState } from "react";
import type { Device } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { type BulkResult, inBulk } from "./bulk.ts";
import { DeleteDevices } from "./delete-devices.tsx";
import css from "./devices.module.css";

interface Props {
  readonly workspace: string;
  readonly devices: readonly Device[];
  readonly tags: readonly string[];
  readonly clear: () => void;
}

/** What can be done with the devices that are chosen; it lies over the foot of the list. */
export default function BulkBar({ workspace, devices, tags, clear }: Props) {
  const t = useText();
  const may = useMay(workspace, "devices");
  const [progress, setProgress] = useState<number | null>(null);
  const [failed, setFailed] = useState<Error | null>(null);
  const [deleting, setDeleting] = useState(false);
  const run = async (change: (device: Device) => Promise<unknown>): Promise<BulkResult> => {
    setFailed(null);
    setProgress(0);
    const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const result = await inBulk(devices, change, { wait, progress: setProgress });
    setProgress(null);
    await queryClient.invalidateQueries({ queryKey: ["devices"] });
    const [first] = result.failed;
    if (first !== undefined) {
      const bad = devices.length - result.done;
      setFailed(new Error(t.devices.bulk.failed(bad, first[0])));
    }
    return result;
  };
  const tag = (device: Device, next: readonly string[]) =>
    api.updateDevice({ product: device.product, device: device.id, if_match: "*", body: { tags: [...next] } });
  const needs = may ? undefined : t.common.needs("devices");
  return (
    <section className={css.bulk} aria-label={t.table.chosen(devices.length)}>
      <RefusalNote error={failed} />
      <Group gap="sm">
        <strong>
          {progress === null ? t.table.chosen(devices.length) : t.devices.bulk.progress(progress, devices.length)}
        </strong>
        <TagButton
          label={t.devices.bulk.addTag}
          tags={tags}
          disabled={!may || progress !== null}
          {...(needs !== undefined && { title: needs })}
          apply={(name) =>
            run((device) => (device.tags.includes(name) ? Promise.resolve() : tag(device, [...device.tags, name])))
          }
        />
        <TagButton
          label={t.devices.bulk.removeTag}
          tags={[...new Set(devices.flatMap((device) => device.tags))].sort()}
          disabled={!may || progress !== null}
          {...(needs !== undefined && { title: needs })}
          apply={(name) =>
            run((device) =>
              device.tags.includes(name)
                ? tag(
                    device,
                    device.tags.filter((one) => one !== name),
                  )
                : Promise.resolve(),
            )
          }
        />
        <Button
          variant="default"
          leftSection={<TrashIcon size={14} />}
          disabled={!may || progress !== null}
          title={needs}
          onClick={() => setDeleting(true)}
        >
          {t.devices.bulk.delete}
        </Button>
        <ActionIcon aria-label={t.table.clear} title={t.table.clear} onClick={clear}>
          <XIcon size={14} />
        </ActionIcon>
      </Group>
      {deleting && (
        <DeleteDevices
          devices={devices}
          onClose={() => setDeleting(false)}
          run={async () => {
            const { failed: bad } = await run((one) => api.deleteDevice({ product: one.product, device: one.id }));
            if (bad.size === 0) clear();
          }}
        />
      )}
    </section>
  );
}

interface TagButtonProps {
  readonly label: string;
  readonly tags: readonly string[];
  readonly disabled: boolean;
  readonly title?: string;
  readonly apply: (tag: string) => Promise<unknown>;
}

function TagButton({ label, tags, disabled, title, apply }: TagButtonProps) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  return (
    <Popover opened={opened} onChange={setOpened} position="top" width={240} trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<TagIcon size={14} />}
          disabled={disabled}
          title={title}
          onClick={() => setOpened(!opened)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const wish = name.trim();
            if (wish === "") return;
            setOpened(false);
            setName("");
            void apply(wish);
          }}
        >
          <Stack gap="sm">
            <Autocomplete
              size="xs"
              label={t.devices.bulk.tag}
              data={[...tags]}
              value={name}
              onChange={setName}
              maxLength={64}
              comboboxProps={{ withinPortal: false }}
            />
            <Button type="submit">{t.devices.bulk.apply}</Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
