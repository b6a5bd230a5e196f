import type { Principal } from "../auth/principal.ts";
import { type BadRow, type ErrorCode, Refusal } from "../base/errors.ts";
import { noDevice, noField, noProduct } from "../fleet/named.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Micros } from "../base/types.ts";
import type { DeviceNode, Directory, ProductNode } from "../fleet/directory.ts";
import type { Recorder } from "../ingest/types.ts";
import { type BatchRow, newParsed, parseJson, parseTime } from "../measure/index.ts";
import { specOf } from "../measure/types.ts";
import { upperAscii } from "../topic/grammar.ts";

/** A measurement as an export wrote it, all of it text. */
export type ImportRow = readonly [time: string, product: string, device: string, field: string, value: string];

export interface Imported {
  /** How many rows are stored, durably. */
  readonly stored: number;
  /** The others, by their place in what was given. */
  readonly bad: readonly BadRow[];
}

interface ImportNeeds {
  readonly directory: Directory;
  readonly recorder: Pick<Recorder, "submit">;
  /** Whose rights the rows are recorded with. */
  readonly principal: Principal;
  readonly now: Micros;
  /** What may be known to be there; without it everything. */
  readonly sees?: { product(product: ProductNode): boolean; device(device: DeviceNode): boolean };
  /** Nothing is recorded: the answer tells what would be. */
  readonly dry?: boolean;
}

/**
 * Records measurements with the times that they bear, through the one way in for data, and publishes none of them. A bad row
 * stops no other: good rows are stored, bad ones are named. Rows of the same series and time: the last wins, so importing
 * twice changes nothing.
 * @throws Refusal (rejects) storage_unavailable; then nothing is known of any row, and the same rows may be given again
 */
export async function importRows(rows: readonly ImportRow[], needs: ImportNeeds): Promise<Imported> {
  const bad: BadRow[] = [];
  const good = new Map<DeviceNode, BatchRow[]>();
  const parsed = newParsed();
  for (const [index, row] of rows.entries()) {
    const checked = check(row, index, needs, parsed);
    if ("code" in checked)
      bad.push({ row: index, field: row[3].slice(0, 80), ...checked }); // every cause in one
    else {
      const list = good.get(checked.device) ?? [];
      if (list.length === 0) good.set(checked.device, list);
      list.push(checked.row);
    }
  }
  // In the same turn as the checks, so that nothing has changed meanwhile.
  const take = needs.dry === true ? weigh : submit;
  const waiting = [...good].map(([device, list]) => take(device, list, needs));
  let stored = 0;
  for (const outcome of await Promise.allSettled(waiting)) {
    if (outcome.status === "rejected") throw outcome.reason;
    stored += outcome.value.stored;
    bad.push(...outcome.value.bad);
  }
  return { stored, bad: bad.sort((a, b) => a.row - b.row) };
}

type Checked = { device: DeviceNode; row: BatchRow } | { code: ErrorCode; message: string };

function check(
  [time, slug, id, field, value]: ImportRow,
  index: number,
  { directory, now, sees }: ImportNeeds,
  parsed: ReturnType<typeof newParsed>,
): Checked {
  const causes: { code: ErrorCode; message: string }[] = [];
  const refuse = (code: ErrorCode, message: string): void => void causes.push({ code, message });
  const seen = directory.product(slug);
  const product = seen && sees?.product(seen) !== false ? seen : undefined;
  if (!product) refuse("unknown_product", noProduct(slug));
  const there = product?.device(id);
  const device = there && sees?.device(there) !== false ? there : undefined;
  if (product && !device) refuse("unknown_device", noDevice(id, slug));
  const known = product?.fields.get(upperAscii(field));
  if (product && !known) refuse("unknown_field", `${noField(slug, field)}${didYouMean(field, product.fields.keys())}`);
  const at = parseTime(time, now);
  if (at === null || "error" in at) refuse("invalid_timestamp", at?.error ?? "There is no time.");
  if (known && !parseJson(specOf(known.row.type), value, parsed)) refuse(parsed.code, parsed.error);
  const [first] = causes;
  if (first) return { code: first.code, message: causes.map(({ message }) => message).join(" ") };
  if (!device || !known || at === null || "error" in at) throw new Error("a row was judged good without its parts");
  return { device, row: { field: known.row.id, value, time: at.time, index } };
}

/** The rows of one device, as `submit` would answer, without recording any. */
async function weigh(device: DeviceNode, rows: readonly BatchRow[], { principal }: ImportNeeds): Promise<Imported> {
  const isOff = ({ field }: BatchRow) => device.product.fields.get(field)?.row.active === false;
  const message = principal.mayRecord(device)
    ? "This field is switched off: it takes no measurements."
    : "You may see this device, but not record its measurements.";
  const code: ErrorCode = principal.mayRecord(device) ? "unknown_field" : "not_permitted";
  const bad = principal.mayRecord(device) ? rows.filter(isOff) : rows;
  return {
    stored: rows.length - bad.length,
    bad: bad.map(({ index, field }) => ({ row: index, field, code, message })),
  };
}

/** The rows of one device: all of them, since each was checked. */
async function submit(device: DeviceNode, rows: readonly BatchRow[], needs: ImportNeeds): Promise<Imported> {
  const { recorder, principal } = needs;
  try {
    const topic = `import/${device.product.row.slug}/${device.row.id}`;
    const sent = { principal, device, rows, topic, payload: NOTHING };
    return { stored: await recorder.submit({ ...sent, silent: true }), bad: [] };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === "storage_unavailable") throw error;
    const { code, message } = error;
    return { stored: 0, bad: rows.map(({ index, field }) => ({ row: index, field, code, message })) };
  }
}

const NOTHING = new Uint8Array(0);
