import css from "./device.module.css";
import { ActionIcon, Button, Group, SegmentedControl } from "@mantine/core";
import { ChevronLeftIcon, ChevronRightIcon, DownloadIcon, LinkIcon } from "@primer/octicons-react";
import { serverNow } from "../../api/clock.ts";
import { type Range, SPANS, type Span } from "../../parts/chart/range.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { useText } from "../../text/index.ts";
import { OwnRange } from "./own-range.tsx";
import { type DeviceSearch, moved } from "./search.ts";

interface Props {
  readonly range: Range;
  readonly search: DeviceSearch;
  readonly as: "chart" | "table";
  readonly change: (next: { [K in keyof DeviceSearch]?: DeviceSearch[K] | undefined }) => void;
  readonly csv: string;
  readonly onDownload: () => void;
}

/** Which time is looked at, and how. */
export function RangeBar({ range, search, as, change, csv, onDownload }: Props) {
  const t = useText();
  const span = search.from === undefined ? (search.span ?? "24h") : "";
  return (
    <Group gap="sm">
      <SegmentedControl
        aria-label={t.device.history.range}
        data={Object.keys(SPANS).map((one) => ({ value: one, label: t.device.history.spans[one as Span] }))}
        value={span}
        onChange={(next) => change({ span: next as Span, from: undefined, to: undefined })} // one of the labels above
      />
      <ActionIcon
        variant="default"
        size={30}
        aria-label={t.device.history.earlier}
        title={t.device.history.earlier}
        onClick={() => change({ ...moved(range, -1, serverNow()), span: undefined })}
      >
        <ChevronLeftIcon size={14} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={t.device.history.later}
        title={t.device.history.later}
        disabled={range.live}
        onClick={() => change({ ...moved(range, 1, serverNow()), span: undefined })}
      >
        <ChevronRightIcon size={14} />
      </ActionIcon>
      <Group gap={4} wrap="nowrap">
        <OwnRange range={range} choose={(own) => change({ ...own, span: undefined })} />
        <CopyButton text={() => fixedAddress(range)} what={t.device.history.link} icon={<LinkIcon size={14} />} />
      </Group>
      <Group gap="sm" className={css.tools ?? ""}>
        <SegmentedControl
          aria-label={t.device.history.as}
          data={[
            { value: "chart", label: t.device.history.chart, disabled: as === "table" && search.as === undefined },
            { value: "table", label: t.device.history.table },
          ]}
          value={as}
          onChange={(next) => change({ as: next === "table" ? "table" : undefined })}
        />
        <Button variant="default" component="a" href={csv} download leftSection={<DownloadIcon size={14} />}>
          CSV
        </Button>
        <Button variant="default" onClick={onDownload}>
          {t.device.history.every}
        </Button>
      </Group>
    </Group>
  );
}

/** The address of what is shown now: a range that ends now would be another one when a colleague opens it. */
function fixedAddress({ from, to }: Range): string {
  const address = new URL(location.href);
  address.searchParams.delete("span");
  address.searchParams.set("from", new Date(from).toISOString());
  address.searchParams.set("to", new Date(to).toISOString());
  return address.href;
}
