import { ActionIcon, Button, Group } from "@mantine/core";
import { DownloadIcon, TrashIcon, XIcon } from "@primer/octicons-react";
import { lazy, Suspense, useState } from "react";
import type { Device } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText, wholeText } from "../../text/index.ts";
import { type BulkResult, inBulk } from "./bulk.ts";
import { DeleteDevices } from "./delete-devices.tsx";
import css from "./devices.module.css";
import { TagButton } from "./tag-button.tsx";

const DownloadMeasurements = lazy(async () => {
  // its texts are not in the first load
  await wholeText();
  return import("../../parts/download-measurements.tsx");
});

/** Of each product the devices that are chosen. */
function byProduct(devices: readonly Device[]) {
  const found = new Map<string, string[]>();
  for (const { product, id } of devices) found.set(product, [...(found.get(product) ?? []), id]);
  return [...found].map(([product, ids]) => ({ product, devices: ids, fields: [] }));
}

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
  const [downloading, setDownloading] = useState(false);
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
        <Button variant="default" leftSection={<DownloadIcon size={14} />} onClick={() => setDownloading(true)}>
          {t.devices.bulk.download}
        </Button>
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
      {downloading && (
        <Suspense>
          <DownloadMeasurements wishes={byProduct(devices)} range={null} onClose={() => setDownloading(false)} />
        </Suspense>
      )}
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
