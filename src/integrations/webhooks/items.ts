import type { Micros } from "../../base/types.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import type { Webhook } from "../../fleet/types.ts";
import type { Sent } from "../../fleet/webhooks.ts";
import { printTime } from "../../measure/time.ts";
import type { Value } from "../../measure/value.ts";
import type { Seq } from "../../store/ports.ts";

/** Something that a webhook is to be told of, until it is told. */
export interface Item {
  /** Its number in the feed; null: it is not from there. */
  readonly seq: Seq | null;
  /** Whose order is kept; null: nobody's. */
  readonly device: DeviceNode | null;
  /** About, for bounds. */
  readonly bytes: number;
  /** Whether it is still true; otherwise nobody needs to hear of it. */
  isDue(): boolean;
  /** As requests have it. */
  sent(workspace: string): Sent;
  /** It was told, or given up. Called once. */
  over(): void;
}

/** How requests name a device. */
export function deviceOf({ row, product }: DeviceNode): Readonly<Record<string, unknown>> {
  return { id: row.id, name: row.name, serial: row.serial, product: product.row.slug, tags: row.tags };
}

/** A measurement that is published. */
export class Measurement implements Item {
  readonly bytes: number;
  isOver = false;

  /** @param done hears when it is over */
  constructor(
    private readonly hook: number,
    readonly seq: Seq,
    readonly device: DeviceNode,
    private readonly field: FieldNode,
    private readonly value: Value,
    private readonly time: Micros,
    private readonly done: () => void,
  ) {
    this.bytes = 300 + (typeof value === "string" ? value.length : 0);
  }
  isDue(): boolean {
    return !this.device.deleted && !this.field.deleted;
  }
  sent(workspace: string): Sent {
    const { id: field, unit } = this.field.row;
    return {
      id: `${this.hook}-${this.seq}-${this.time.toString(36)}`,
      type: "device_measurement",
      timestamp: printTime(this.time),
      workspace,
      data: {
        device: deviceOf(this.device),
        field,
        value: this.value,
        timestamp: this.time / 1e6,
        ...(unit === null || unit === "" ? {} : { unit }),
      },
    };
  }
  over(): void {
    this.isOver = true;
    this.done();
  }
}

/** Whether a webhook wants to hear of a device at all, by its filter; fields and rights are looked at elsewhere. */
export function wantsDevice(
  { workspace, filter }: Pick<Webhook, "workspace" | "filter">,
  { row, product }: DeviceNode,
): boolean {
  if (product.row.workspace !== workspace) return false;
  if (filter.products.length > 0 && !filter.products.includes(product.row.uid)) return false;
  if (filter.devices.length > 0 && !filter.devices.includes(row.uid)) return false;
  return filter.tags.length === 0 || filter.tags.some((tag) => row.tags.includes(tag));
}
