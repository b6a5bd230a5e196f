import type { StoreOp } from "../../store/ports.ts";
import type { Alert } from "./types.ts";

/** What changes in one commit: others see it when it is durable. */
export class Draft {
  /** By number; the newest state of each. */
  readonly changed = new Map<number, Alert>();
  readonly ops: StoreOp[] = [];
  private readonly byPlace = new Map<string, Alert | null>();

  constructor(private readonly book: { active(rule: number, device: number): Alert | null }) {}

  /** The alert of a rule and a device that is not closed. */
  active(rule: number, device: number): Alert | null {
    const place = placeOf({ rule, device });
    return this.byPlace.has(place) ? (this.byPlace.get(place) ?? null) : this.book.active(rule, device);
  }
  put(alert: Alert): void {
    this.changed.set(alert.id, alert);
    this.byPlace.set(placeOf(alert), alert.state === "closed" ? null : alert);
  }
}
/** One alert that is not closed lies there. */
export const placeOf = ({ rule, device }: Pick<Alert, "rule" | "device">) => `${rule}:${device}`;
