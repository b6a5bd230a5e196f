import type { DeviceNode, FieldNode } from "../fleet/nodes.ts";
import type { SeriesTable } from "../ingest/series.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { MAX_UNIT_BYTES } from "./publish.ts";

/** What deliveries of a series say beside its values, as bytes. */
interface Label {
  readonly topic: Uint8Array;
  readonly unit: Uint8Array | null;
}
const NO_LABEL: Label = { topic: new Uint8Array(0), unit: null };
const utf8 = new TextEncoder();

/** Topic and unit of each series, made when it is first published. */
export class Labels {
  private bySeries: (Label | undefined)[] = [];

  constructor(
    private readonly series: SeriesTable,
    private readonly topics: PlatformTopics,
  ) {}

  /** The label of a series; an empty topic when its device or field is gone. */
  of(series: number): Label {
    const known = this.bySeries[series];
    if (known !== undefined) return known;
    const device = this.series.device(series);
    const field = this.series.field(series);
    const made = device && field ? this.make(device, field) : NO_LABEL;
    this.bySeries[series] = made;
    return made;
  }
  /** The fleet changed: all are looked up anew. */
  changed(): void {
    this.bySeries = [];
  }
  private make(device: DeviceNode, field: FieldNode): Label {
    const topic = this.topics.dataTopic(device.product.row.slug, device.row.id, field.row.id);
    const { unit } = field.row;
    const bytes = unit === null || unit === "" ? null : utf8.encode(unit);
    return { topic: utf8.encode(topic), unit: bytes !== null && bytes.length <= MAX_UNIT_BYTES ? bytes : null };
  }
}
