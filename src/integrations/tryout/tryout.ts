import { Bucket } from "../../base/bucket.ts";
import { Refusal } from "../../base/errors.ts";
import type { Clock } from "../../base/types.ts";
import type { Sandbox } from "../../decoders/sandbox.ts";
import { productDecoder } from "../../fleet/decoders.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { Decoder } from "../../fleet/types.ts";
import { printTime } from "../../measure/index.ts";
import type { Decoding, Unit } from "../inbound/decode.ts";
import { extraRows } from "../inbound/extras.ts";
import { judgeRows } from "../inbound/judge.ts";
import type { Passes } from "../inbound/passes.ts";
import { syntaxProblem } from "./compile.ts";
import { type MapTry, type TriedMap, tryMap } from "./map-tryout.ts";
import { type NetworkTry, type TriedEvent, tryEvents } from "./network-tryout.ts";
import { type Retried, type Tried, triedOf } from "./tried.ts";
import { summaryOf, type TryInput, unitOf, unitOfPass } from "./inputs.ts";

/** Calls of decoders for try-outs that a workspace may make at once after a rest, and a second in the long run. */
const BURST = 60;
const RATE = 5;
/** Inputs that came, of which a decoder is tried with the last ones. */
export const MOST_RECORDED = 20;

interface Needs {
  readonly directory: Directory;
  readonly decoding: Pick<Decoding, "readWith">;
  readonly sandbox: Pick<Sandbox, "call">;
  readonly passes: Pick<Passes, "read">;
  readonly devicesWith: (devEui: string) => readonly DeviceNode[];
  readonly clock: Clock;
}

/** A decoder as it is tried: a version, or code that is none (yet). */
export type TriedDecoder = Pick<Decoder, "code" | "function"> & { readonly number: number | null };

/** Tries decoders with what is given, or with what came last. It stores nothing, and is bounded for each workspace. */
export class TryOut {
  private readonly buckets = new Map<number, Bucket>();

  constructor(private readonly needs: Needs) {}

  /** @param decoder null: none, as if the product had none. @throws Refusal rate_limited, overloaded */
  async once(product: ProductNode, decoder: TriedDecoder | null, given: TryInput): Promise<Tried> {
    const row = rowOf(decoder, product);
    this.spend(product.row.workspace, 2);
    const unit = unitOf(given, product, Math.floor(this.needs.clock.micros() / 1000));
    const first = await this.read(unit, row);
    // the first call compiles the script, and may start a process; the time that is told is one that messages take
    const ok = first.decoded !== null && first.decoded.error === null;
    return ok ? this.read(unit, row) : first;
  }

  /**
   * With what came last, newest first; beside it what the version in force makes of it.
   * @param device only what was of it
   * @throws Refusal rate_limited, overloaded, storage_unavailable
   */
  async recorded(
    product: ProductNode,
    decoder: TriedDecoder | null,
    { device, limit }: { readonly device: DeviceNode | null; readonly limit: number },
  ): Promise<Retried[]> {
    this.spend(product.row.workspace, 1);
    const owner = device === null ? product.row.uid : device.row.uid;
    const passes = await this.needs.passes.read({
      list: device === null ? "product" : "device",
      owner,
      limit: 100,
    });
    const [now, before] = [rowOf(decoder, product), productDecoder(this.needs.directory, product)];
    const other = before?.code !== now?.code || before?.function !== now?.function;
    const tried: Retried[] = [];
    for (const { id, time, body } of passes) {
      if (tried.length >= limit) break;
      if (body.outcome === "repeated" || body.outcome === "unknown") continue;
      const unit = unitOfPass(body, product, this.needs.devicesWith);
      if (unit === null) continue;
      const told = { pass: id, time: printTime(time), input: summaryOf(unit, body.body) };
      if (typeof unit === "string") {
        tried.push({ ...told, skipped: unit, now: null, before: null });
        continue;
      }
      this.charge(product.row.workspace, other ? 2 : 1);
      const made = await this.read(unit, now);
      tried.push({ ...told, skipped: null, now: made, before: other ? await this.read(unit, before) : null });
    }
    return tried;
  }

  /** A message of another broker, with the map of a route. @throws Refusal rate_limited, overloaded */
  async map(given: MapTry): Promise<TriedMap> {
    this.spend(given.workspace, 2);
    return tryMap({ ...this.needs, read: this.inForce, now: Math.floor(this.needs.clock.micros() / 1000) }, given);
  }

  /** What a LoRaWAN network sends, with the decoders in force. @throws Refusal rate_limited, overloaded */
  async network(given: NetworkTry): Promise<TriedEvent[]> {
    this.spend(given.workspace, 2);
    return tryEvents(this.needs.devicesWith, this.inForce, given);
  }
  private readonly inForce = (unit: Unit) => this.read(unit, productDecoder(this.needs.directory, unit.product));

  /** What makes a script no script, with its line; null: nothing. @throws Refusal rate_limited */
  problem(product: ProductNode, code: string): Promise<string | null> {
    this.spend(product.row.workspace, 1);
    return syntaxProblem(this.needs.sandbox, product, code);
  }

  private async read(unit: Unit, decoder: Decoder | null): Promise<Tried> {
    const reading = await this.needs.decoding.readWith(unit, decoder);
    const { product, device, event } = unit;
    const rows = [...reading.rows, ...extraRows(reading.rows, product, event)];
    return triedOf(reading, judgeRows(rows, product, device, this.needs.clock.micros()), product, rows);
  }

  /** @throws Refusal rate_limited */
  private spend(workspace: number, calls: number): void {
    const now = this.needs.clock.steady();
    for (const [other, bucket] of this.buckets) if (bucket.isFull(now)) this.buckets.delete(other);
    const wait = this.bucketOf(workspace).wait(now);
    if (wait > 0)
      throw new Refusal(
        "rate_limited",
        "Decoders and maps of this workspace were tried very often. Wait a few seconds.",
        undefined,
        Math.ceil(wait / 1e6),
      );
    this.charge(workspace, calls);
  }
  private charge(workspace: number, calls: number): void {
    this.bucketOf(workspace).take(calls, this.needs.clock.steady());
  }
  private bucketOf(workspace: number): Bucket {
    const bucket = this.buckets.get(workspace) ?? new Bucket(RATE, BURST);
    this.buckets.set(workspace, bucket);
    return bucket;
  }
}

function rowOf(decoder: TriedDecoder | null, { row }: ProductNode): Decoder | null {
  if (decoder === null) return null;
  const { code, number, function: declared } = decoder;
  return { uid: 0, product: row.uid, number: number ?? 0, code, function: declared, created: 0, by: "", note: "" };
}
