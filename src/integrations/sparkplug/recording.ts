import type { Principal } from "../../auth/principal.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Sparkplug } from "../../fleet/types.ts";
import type { PublishRefusal } from "../../ingest/refused.ts";
import type { Happening } from "../../sparkplug/node-types.ts";
import { pathOf, type Speaker } from "../../sparkplug/topics.ts";
import type { Judged } from "../inbound/judge.ts";
import type { PassRow } from "../types.ts";
import type { MetricNames } from "./metric-names.ts";
import { deviceOf, judgeMetrics, missingDevice, productOf } from "./rows.ts";
import type { Heard, SparkplugNeeds } from "./types.ts";

/** Births and data of a node or a device, from metrics to the commit. */
export type Values = Extract<Happening, { readonly metrics: unknown }>;

/** So often what is missing is made for one message: a hundred things each time. */
const MOST_MAKINGS = 50;

/** Records what nodes say, for one host. */
export class Recording {
  constructor(
    private readonly needs: SparkplugNeeds,
    private readonly names: MetricNames,
  ) {}

  /**
   * Makes or suggests what is not there, and hands the values to the commit that is being collected.
   * @returns when they are durable; it rejects with storage_unavailable. @throws Refusal (rejects) the same, clock_not_set
   */
  async record(
    row: Sparkplug,
    principal: Principal,
    heard: Heard,
    speaker: Speaker,
    values: Values,
  ): Promise<{ readonly committed: Promise<void> }> {
    const product = productOf(this.needs.directory, row, speaker);
    const device = product === undefined ? undefined : await this.device(product, speaker);
    if (product === undefined || device === undefined) {
      this.unknown(row, product ?? null, speaker, values);
      return { committed: Promise.resolve() };
    }
    const begun = this.needs.clock.steady();
    const judged = await this.judged(product, device, values);
    const rows = judged.flatMap((one) => one.row ?? []);
    if (rows.length === 0 && judged.length === 0) return { committed: Promise.resolve() };
    const { root, each } = this.needs;
    const { refused, committed } = each.submit({
      rows,
      principal,
      actor: principal.key,
      payload: heard.payload,
      root,
      ops: [],
    });
    const shown = shownOf(judged, refused);
    return { committed: committed.then(() => this.tell({ product, device, principal, heard, shown, begun })) };
  }

  /** For who looks at what came. */
  private tell({ product, device, principal, heard, shown, begun }: Told): void {
    const stored = shown.filter(({ fate }) => fate === "stored").length;
    const outcome = stored === 0 ? "nothing_stored" : stored === shown.length ? "stored" : "partly_stored";
    const ms = Math.round((this.needs.clock.steady() - begun) / 100) / 10;
    const nobody = { way: "broker", network: "sparkplug", remote: null, request: null, events: [] } as const;
    const incoming = { ...nobody, topic: heard.topic, body: heard.payload, product, principal, dedupeKeys: [] };
    this.needs.passed(
      { incoming, event: null, product, workspace: product.row.workspace },
      { event: null, decoded: null, rows: shown, left: 0, outcome, messages: [], ms },
      [device],
    );
  }

  private async device(product: ProductNode, speaker: Speaker): Promise<DeviceNode | undefined> {
    const known = deviceOf(product, speaker);
    if (known !== undefined) return known;
    await this.needs.making.make(product, [missingDevice(product.row.workspace, product, speaker)]);
    return deviceOf(product, speaker);
  }
  private unknown(row: Sparkplug, product: ProductNode | null, speaker: Speaker, { metrics }: Values): void {
    const named = missingDevice(row.workspace, product, speaker);
    const sample = `${pathOf(speaker)}: ${metrics.map(({ name }) => name).join(", ")}`;
    this.needs.suggestions.note({ ...named, sample }, this.needs.clock.micros());
  }

  private async judged(
    product: ProductNode,
    device: DeviceNode,
    { metrics, sent }: Values,
  ): Promise<readonly Judged[]> {
    const now = this.needs.clock.micros();
    const judge = () => judgeMetrics(metrics, sent, device, this.names, now);
    let judged = judge();
    for (let i = 0; i < MOST_MAKINGS; i++) {
      const missing = judged.flatMap((one) => one.missing ?? []);
      if (missing.length === 0 || !(await this.needs.making.make(product, missing))) break;
      const left = judge();
      const isDone = left.filter((one) => one.missing !== null).length === missing.length;
      judged = left;
      if (isDone) break;
    }
    for (const { missing } of judged) if (missing !== null) this.needs.suggestions.note(missing, now);
    return judged;
  }
}

interface Told {
  readonly product: ProductNode;
  readonly device: DeviceNode;
  readonly principal: Principal;
  readonly heard: Heard;
  readonly shown: readonly PassRow[];
  readonly begun: number;
}
/** The rows as they are shown. @param refused of those that were handed in, in their order */
function shownOf(judged: readonly Judged[], refused: readonly (PublishRefusal | null)[]): PassRow[] {
  let at = 0;
  return judged.map(({ shown, row }) => {
    const why = row === null ? null : (refused[at++] ?? null);
    return why === null ? shown : { ...shown, fate: "refused", message: why.message };
  });
}
