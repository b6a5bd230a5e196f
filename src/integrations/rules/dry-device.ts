import type { Micros } from "../../base/types.ts";
import { configurationOf } from "../../fleet/decoders.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { onlineFor } from "../../fleet/online.ts";
import type { Value } from "../../measure/types.ts";
import { SlidingWindow } from "../../measure/window/window.ts";
import type { Facts } from "../../rules/condition.ts";
import { microsOf } from "../../rules/duration.ts";
import { lookAt, pulseAt } from "../../rules/look-at.ts";
import { COLD, type RuleState } from "../../rules/machine.ts";
import type { Figure, SeenValue } from "../../rules/types.ts";
import type { CompiledRule } from "./compiled.ts";
import type { DryFiring, DryPoint } from "./dry-types.ts";

/**
 * A rule and one device over recorded points, with the clock of the points: everything that would have been due between two of them is done when
 * it was due. Nothing of it is stored, and nothing else is changed.
 */
export class DryDevice implements Facts {
  readonly firings: DryFiring[] = [];
  private readonly latest = new Map<string, DryPoint>();
  private readonly windows = new Map<string, SlidingWindow>();
  private readonly configured: Readonly<Record<string, Value | null>>;
  private readonly state: RuleState = { ...COLD };
  private heard: Micros | null = null;
  private at: Micros = 0;
  private cause: DryPoint | null = null;
  private readonly timeout: Micros;

  constructor(
    private readonly rule: CompiledRule,
    private readonly device: DeviceNode | null,
    directory: Directory,
  ) {
    this.configured = device === null ? {} : configurationOf(directory, device);
    const { trigger } = rule;
    const own = trigger.type === "silence" ? trigger.timeout : null;
    this.timeout = own !== null ? microsOf(own) : device === null ? 0 : onlineFor({}, device);
    for (const { kind, id, span } of rule.looked)
      if (kind === "figure") this.windows.set(`${id} ${span}`, new SlidingWindow(span));
  }

  /** Points before the range: they are known, and raise nothing. */
  know(point: DryPoint): void {
    this.latest.set(point.field, point);
    this.heard = Math.max(this.heard ?? 0, point.time);
    for (const { kind, id, span } of this.rule.looked)
      if (kind === "figure" && id === point.field)
        this.windows
          .get(`${id} ${span}`)
          ?.add(point.time, typeof point.value === "number" ? point.value : Number(point.value === true));
  }
  /** The range begins. */
  begin(from: Micros): void {
    this.at = from;
  }
  /** A point of the range, in the order of time. */
  point(point: DryPoint): void {
    this.pass(point.time);
    this.know(point);
    if (this.rule.triggers === null) this.look(false);
    else if (this.rule.triggers.has(point.field)) {
      this.cause = point;
      if (this.rule.isPulse) this.pulse();
      else this.look();
      this.cause = null;
    }
  }
  /** Time passes, up to a moment. */
  pass(to: Micros): void {
    for (;;) {
      const next = this.next();
      if (next === null || next.time > to) break;
      this.at = next.time;
      if (next.isPulse) this.pulse();
      else this.look(this.isSilent);
    }
    this.at = Math.max(this.at, to);
  }
  private get isSilent(): boolean | undefined {
    if (this.rule.trigger.type !== "silence") return undefined;
    return this.heard !== null && this.at - this.heard > this.timeout;
  }
  /** What is due next after this moment. */
  private next(): { readonly time: Micros; readonly isPulse: boolean } | null {
    const { schedule, hours, trigger, isPulse } = this.rule;
    const times: Micros[] = [];
    const { due, repeatAt, since } = this.state;
    const held = due ?? repeatAt;
    if (held !== null) times.push(held);
    if (hours !== null && !isPulse) times.push(hours.next(this.at));
    if (trigger.type === "silence" && this.heard !== null && since === null) times.push(this.heard + this.timeout + 1);
    const look = Math.min(...times.filter((time) => time > this.at), Number.POSITIVE_INFINITY);
    const pulse = schedule?.next(this.at) ?? Number.POSITIVE_INFINITY;
    const time = Math.min(look, pulse);
    return time === Number.POSITIVE_INFINITY ? null : { time, isPulse: pulse <= look };
  }
  private look(silent?: boolean): void {
    const { change } = lookAt(this.rule, this.state, this, { at: this.at, steady: this.at }, silent);
    if (change === "fired") this.fired();
    const last = this.firings.at(-1);
    if (change === "cleared" && last !== undefined) last.cleared = this.at;
  }
  private pulse(): void {
    if (pulseAt(this.rule, this.state, this, { at: this.at, steady: this.at })) this.fired();
  }
  private fired(): void {
    this.firings.push({ device: this.device, fired: this.at, values: this.seen(), cleared: null });
  }

  field(id: string): Value | null {
    return this.latest.get(id)?.value ?? null;
  }
  configuration(id: string): Value | null {
    return this.configured[id] ?? null;
  }
  figure(id: string, figure: Figure, over: Micros): number | null {
    return this.windows.get(`${id} ${over}`)?.figures(this.at)[figure] ?? null;
  }
  private seen(): SeenValue[] {
    const unit = (id: string) => this.device?.product.fields.get(id)?.row.unit ?? null;
    const cause = this.cause === null ? [] : [{ ...this.cause, unit: unit(this.cause.field) }];
    const looked = this.rule.looked.flatMap(({ kind, id, figure, over, span }): SeenValue[] => {
      if (kind === "figure" && figure !== null)
        return [
          { field: `${figure}(${id}, ${over})`, value: this.figure(id, figure, span), time: null, unit: unit(id) },
        ];
      if (kind === "configuration") return [{ field: id, value: this.configuration(id), time: null, unit: null }];
      const known = this.latest.get(id);
      return this.cause?.field === id
        ? []
        : [{ field: id, value: known?.value ?? null, time: known?.time ?? null, unit: unit(id) }];
    });
    return [...cause, ...looked];
  }
}
