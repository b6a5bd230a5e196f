import { createHash } from "node:crypto";
import type { Micros } from "../../base/types.ts";
import type { Directory, DeviceNode } from "../../fleet/directory.ts";
import type { Downlink as Definition } from "../../fleet/types.ts";
import { devEuiOf } from "../../networks/bytes.ts";
import { DOWNLINK_NETWORKS } from "../../networks/downlinks/index.ts";
import { judgedRequest } from "../../networks/downlinks/http.ts";
import {
  type Learnt,
  NOTHING_LEARNT,
  type Verdict,
  type WireAnswer,
  type WireRequest,
} from "../../networks/downlinks/types.ts";
import { judgedStatus, textOf } from "../../networks/downlinks/wire.ts";
import { encode, type Encoded, type EncodeNeeds, type ProductNetwork } from "./encode.ts";
import type { Content, Downlink } from "./types.ts";
import type { SendMetrics } from "../sparkplug/types.ts";
import { BROKER, FIELDS, HTTP, notAsked, notWritten, SPARKPLUG, TAKEN, toBroker, toNode, type Way } from "./ways.ts";

/** `ready`: to be sent as it is; `nothing`: its script wants nothing to be sent. */
type Prepared =
  | { readonly is: "ready"; readonly content: Content; readonly way: Way; send(): Promise<Verdict> }
  | { readonly is: "nothing" }
  | { readonly is: "later"; readonly reason: string }
  | { readonly is: "problem"; readonly problem: string };

interface SenderNeeds extends EncodeNeeds {
  readonly directory: Directory;
  /** A request to a network; it follows nowhere. @throws Refusal outgoing_refused, and errors of the network */
  request(request: WireRequest): Promise<WireAnswer>;
  /** A message to the external broker of a product; null: there is none. */
  publish(device: DeviceNode, topic: string, payload: string): Promise<Verdict> | null;
  /** Writes values to metrics of a device, by a command to its edge node; null: it has none. */
  command: SendMetrics;
  /** Writes values to fields of a device. @throws Refusal */
  record(device: DeviceNode, rows: readonly { readonly field: string; readonly value: unknown }[]): Promise<unknown>;
  /** What uplinks said of a device. */
  learntOf(device: number): Learnt | undefined;
  /** Wall time. */
  now(): Micros;
}

/** Makes of a downlink what is sent, and sends it: one attempt. */
export class Sender {
  constructor(private readonly needs: SenderNeeds) {}

  /** Nothing is sent yet. */
  async prepare(downlink: Downlink): Promise<Prepared> {
    const device = this.needs.directory.deviceByUid(downlink.device);
    if (device === undefined) return problem("the device is not there any more");
    const content = await this.contentOf(downlink, device);
    if (content.is !== "content") return content;
    return this.ready(downlink, device, content.content);
  }

  /** The network that a product names. */
  private networkOf({ product }: DeviceNode): ProductNetwork | null {
    const { network, workspace } = product.row;
    return network === undefined ? null : (this.needs.directory.named("network", workspace, network) ?? null);
  }

  /** What a downlink of the product becomes with values that somebody gave; nothing is sent. */
  encoded(device: DeviceNode, definition: Definition, values: Readonly<Record<string, unknown>>): Promise<Encoded> {
    return encode(this.needs, definition, device, values, this.networkOf(device));
  }
  private async contentOf(downlink: Downlink, device: DeviceNode) {
    const { content, name } = downlink;
    if (content.form !== "values") return { is: "content", content } as const;
    const definition = name === null ? undefined : this.needs.directory.named("downlink", device.product.row.uid, name);
    if (definition === undefined) return problem(`the product has no downlink ${name} any more`);
    return this.encoded(device, definition, content.values);
  }

  private ready(downlink: Downlink, device: DeviceNode, content: Content): Prepared {
    switch (content.form) {
      case "bytes":
        return this.lora(downlink, device, content);
      case "request":
        return { is: "ready", content, way: HTTP, send: () => this.attempt(content.request, judgedRequest) };
      case "message":
        return ready(content, BROKER, () => toBroker(this.needs.publish(device, content.topic, content.payload)));
      case "metrics":
        return ready(content, SPARKPLUG, () => toNode(this.needs.command(device, content.metrics)));
      case "rows":
        return ready(content, FIELDS, () => this.write(device, content.rows));
      case "values":
        return problem("it was not encoded");
    }
  }

  private lora(downlink: Downlink, device: DeviceNode, content: Content & { readonly form: "bytes" }): Prepared {
    const network = this.networkOf(device);
    if (network === null) {
      const { network: name, slug } = device.product.row;
      return problem(
        name === undefined
          ? `the product ${slug} names no network: set the product's network first`
          : `there is no network ${name} in the workspace any more`,
      );
    }
    if (network.type === "http")
      return problem(`the network ${network.name} takes requests that an encoder makes, not bytes`);
    const devEui = devEuiOf(device.row.serial) ?? devEuiOf(device.row.id);
    if (devEui === null) return problem("the device's serial is not its DevEUI: 16 hexadecimal digits");
    const { title, acknowledges, build, read } = DOWNLINK_NETWORKS[network.type];
    const { confirmed, replace, id: reference } = downlink;
    const bytes = new Uint8Array(Buffer.from(content.hex, "hex"));
    const what = { reference, devEui, bytes, port: content.port, confirmed, replace };
    const supplies = { now: Math.floor(this.needs.now() / 1000), sha256 };
    const built = build(network, this.needs.learntOf(downlink.device) ?? NOTHING_LEARNT, what, supplies);
    if ("problem" in built) return problem(built.problem);
    const send = async (): Promise<Verdict> => {
      const before = built.requests.slice(0, -1);
      for (const one of before) {
        const verdict = await this.attempt(one, (answer) => judgedStatus(answer, textOf(answer.body)) ?? TAKEN);
        if (verdict.is !== "accepted") return verdict;
      }
      const last = built.requests.at(-1);
      return last === undefined ? TAKEN : this.attempt(last, read);
    };
    return { is: "ready", content, way: { title, acknowledges, reports: acknowledges }, send };
  }

  private async attempt(request: WireRequest, read: (answer: WireAnswer) => Verdict): Promise<Verdict> {
    try {
      return read(await this.needs.request(request));
    } catch (error) {
      return notAsked(error);
    }
  }
  private async write(device: DeviceNode, rows: Parameters<SenderNeeds["record"]>[1]): Promise<Verdict> {
    try {
      await this.needs.record(device, rows);
      return TAKEN;
    } catch (error) {
      return notWritten(error);
    }
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
function problem(text: string): { readonly is: "problem"; readonly problem: string } {
  return { is: "problem", problem: text };
}
function ready(content: Content, way: Way, send: () => Promise<Verdict>): Prepared {
  return { is: "ready", content, way, send };
}
