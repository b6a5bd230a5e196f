import { Button, Modal, NativeSelect } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { serverNow } from "../api/clock.ts";
import { ApiProblem } from "../api/problem.ts";
import { useText } from "../text/index.ts";
import { useAct } from "./act.ts";
import { formatNumber } from "./format-value.ts";
import { exportAddress, FILE_FORMATS, type FileFormat, type FileWish, partsOf } from "./measurements-file.ts";
import css from "./parts.module.css";
import { RefusalNote } from "./refusal-note.tsx";

/** Ranges that end now, h; "": everything. */
const RANGES = { "24": 24, "168": 168, "720": 720, "8766": 8766, "": null } as const;

interface Props {
  /** Of each product its own: a file has the devices of one. */
  readonly wishes: readonly Omit<FileWish, "from" | "to">[];
  /** The range that is looked at; null: one is chosen. */
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly onClose: () => void;
}

/** Every measurement of devices as it came, as a file. */
export default function DownloadMeasurements({ wishes, range, onClose }: Props) {
  const t = useText();
  const words = t.download;
  const [format, setFormat] = useState<FileFormat>("csv");
  const [hours, setHours] = useState<keyof typeof RANGES>("720");
  const [rows, setRows] = useState(0);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const save = useAct(async () => {
    setRows(0);
    const span = RANGES[hours];
    const when = range ?? { from: span === null ? null : serverNow() - span * 3_600_000, to: null };
    for (const wish of wishes) {
      const parts = partsOf({ ...wish, ...when });
      const content = await contentOf(parts, format, stop.current.signal, setRows);
      hand(`${wish.product}.${format}`, content);
    }
  });
  const devices = wishes.reduce((sum, one) => sum + one.devices.length, 0);
  return (
    <Modal opened onClose={onClose} title={words.title} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={save.submit} className={css.download}>
        <p>{words.what(devices)}</p>
        {wishes.length > 1 && <p className="quiet small">{words.files(wishes.length)}</p>}
        {range === null && (
          <NativeSelect
            label={words.range}
            value={hours}
            data={Object.keys(RANGES).map((value) => ({ value, label: words.ranges[value as keyof typeof RANGES] }))}
            onChange={({ currentTarget }) => setHours(currentTarget.value as keyof typeof RANGES)} // one of them
          />
        )}
        <NativeSelect
          label={words.format}
          value={format}
          data={FILE_FORMATS.map((value) => ({ value, label: words.formats[value] }))}
          onChange={({ currentTarget }) => setFormat(FILE_FORMATS.find((one) => one === currentTarget.value) ?? "csv")}
        />
        <RefusalNote error={save.error} />
        {(save.busy || rows > 0) && <p role="status">{words.rows(formatNumber(rows, 0, t.time.locale))}</p>}
        <Button type="submit" loading={save.busy}>
          {words.action}
        </Button>
      </form>
    </Modal>
  );
}

/** The content of a file: what the parts give one after the other. @throws ApiProblem */
async function contentOf(
  parts: readonly FileWish[],
  format: FileFormat,
  signal: AbortSignal,
  tell: (rows: number) => void,
): Promise<BlobPart[]> {
  const file = format === "parquet" ? new (await import("./parquet-file.ts")).ParquetFile() : null;
  const content: string[] = [];
  let lines = 0;
  for (const [n, part] of parts.entries()) {
    const answer = await fetch(exportAddress(part, format === "csv" ? "csv" : "ndjson"), { signal });
    if (!answer.ok || answer.body === null) throw await ApiProblem.of(answer);
    let isHead = format === "csv" && n > 0;
    for await (const bytes of streamOf(answer.body)) {
      // a second part begins with a head again
      const text = isHead ? bytes.slice(bytes.indexOf("\n") + 1) : bytes;
      isHead = false;
      lines += text.split("\n").length - 1;
      if (file === null) content.push(text);
      else file.add(text);
      tell(lines);
    }
  }
  return file === null ? content : [file.end().buffer];
}

async function* streamOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
}

/** Gives a file to the browser. */
function hand(name: string, content: BlobPart[]): void {
  const address = URL.createObjectURL(new Blob(content));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
