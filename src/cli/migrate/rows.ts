import type { ImportRow } from "../../history/import.ts";

/** What the histories of COUNTER fields hold: how much each reading was more than the one before, or the totals. */
export const COUNTERS = ["increases", "totals", "skip"] as const;
export type Counters = (typeof COUNTERS)[number];

/** Turns rows of a history, which come in time order, into measurements of one device. */
export class DeviceRows {
  /** Of counters, how far they have come. */
  readonly totals: Map<string, number>;

  /** @param fields with whether it counts @param before totals of a call before */
  constructor(
    private readonly product: string,
    private readonly device: string,
    private readonly fields: ReadonlyMap<string, boolean>,
    private readonly counters: Counters,
    before: Readonly<Record<string, number>> = {},
  ) {
    this.totals = new Map(Object.entries(before));
  }

  *of(rows: readonly Record<string, unknown>[]): Generator<ImportRow> {
    const { product, device } = this;
    for (const { time, ...cells } of rows)
      for (const [field, cell] of Object.entries(cells)) {
        const counts = this.fields.get(field);
        if (typeof time !== "string" || cell === null || counts === undefined) continue;
        const value = counts ? this.counted(field, cell) : textOf(cell);
        if (value !== null) yield [time, product, device, field, value];
      }
  }
  private counted(field: string, cell: unknown): string | null {
    if (this.counters === "skip") return null;
    if (this.counters === "totals") return textOf(cell);
    const total = (this.totals.get(field) ?? 0) + Number(cell);
    this.totals.set(field, total);
    return String(total);
  }
}
/** A position may come as an object. */
function textOf(cell: unknown): string {
  if (typeof cell !== "object" || cell === null) return String(cell);
  const { lat, lng, latitude = lat, longitude = lng } = cell as Record<string, unknown>; // what it holds is looked at when it is recorded
  return `(${String(latitude)},${String(longitude)})`;
}
