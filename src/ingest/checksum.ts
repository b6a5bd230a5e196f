import { createRetained } from "../store/retained.ts";
import type { RetainedMessages } from "./retained.ts";
import type { SeriesTable } from "./series.ts";

/** How many there are, and a sum of their CRC32s modulo 2^32, in which their order does not count. */
interface Checksum {
  readonly count: number;
  readonly sum: number;
}

/** @param parts bytes, or text, of each */
export function checksumOf(parts: Iterable<Uint8Array | string>): Checksum {
  let [count, sum] = [0, 0];
  for (const part of parts) {
    count++;
    sum = (sum + Bun.hash.crc32(part)) >>> 0;
  }
  return { count, sum };
}

/** Every series, whose it is, and its current value. */
export function* seriesParts(series: SeriesTable): Generator<string> {
  for (const { id, device, field } of series.refs()) {
    const { time = null, value = null } = series.current(id) ?? {};
    yield JSON.stringify([id, device.row.uid, field.row.uid, series.seq[id], time, value]);
  }
}

/** Every retained message on a free topic, but for those whose topics begin with $. */
export function* retainedParts(retained: RetainedMessages): Generator<Uint8Array> {
  const found = createRetained();
  for (const workspace of retained.workspaces) {
    const walk = retained.walk(workspace, "#");
    for (let slot = walk?.next(1000) ?? -1; slot >= 0; slot = walk?.next(1000) ?? -1) {
      if (slot === 0) continue;
      retained.read(slot, found);
      // from the topic on: where it begins the numbers before it are told in the log alike
      yield retained.buf.slice(found.topicStart, found.next);
    }
  }
}
