import { createHash } from "node:crypto";
import type { OutMessage } from "../../bridges/client/types.ts";
import type { OutRoute } from "../../bridges/types.ts";
import type { Call, Outcome } from "../../decoders/types.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { printTime } from "../../measure/time.ts";
import type { Value } from "../../measure/value.ts";
import { parseTemplate, type Template } from "../../templates/template.ts";
import { isTopicName } from "../../topic/names.ts";

/** What is published here, as the templates of a route see it. */
export interface Seen {
  readonly topic: string;
  readonly workspace: string;
  readonly text: Uint8Array;
  /** Of a measurement; null: a message on a free topic. */
  readonly measured: {
    readonly device: DeviceNode;
    readonly field: FieldNode;
    readonly value: Value;
    readonly time: number;
  } | null;
  /** When it came, µs of the wall clock. */
  readonly now: number;
}
type Made = Pick<OutMessage<unknown>, "topic" | "payload">;

const utf8 = new TextEncoder();
const texts = new TextDecoder();
/** Topics that a route remembers. */
const MOST_TOPICS = 10_000;
/** What a topic may depend on beside its series. */
const CHANGES = /\b(?:value|text|time|timestamp)\b/;

/** Makes what a route sends: its topic and its payload. */
export class RouteMaker {
  private readonly topic: Template;
  private readonly body: Template | null;
  private readonly topics: Map<string, string> | null;

  constructor(
    private readonly route: OutRoute,
    private readonly call: (call: Call) => Promise<Outcome>,
  ) {
    this.topic = parseTemplate(route.topic);
    this.body = route.payload === "template" ? parseTemplate(route.template ?? "") : null;
    this.topics = CHANGES.test(route.topic) ? null : new Map();
  }

  /** @throws Error, in words: nothing can be made of it. Null: its script wants nothing to be sent */
  make(seen: Seen): Made | Promise<Made | null> {
    const { payload } = this.route;
    if (payload === "encoder") return this.encoded(seen);
    const topic = this.topicOf(seen);
    if (payload === "value") return { topic, payload: seen.text };
    const made = this.body === null ? JSON.stringify(jsonOf(seen)) : this.body.render(valuesOf(seen));
    return { topic, payload: utf8.encode(made) };
  }
  private topicOf(seen: Seen): string {
    const known = this.topics?.get(seen.topic);
    if (known !== undefined) return known;
    const topic = this.topic.render(valuesOf(seen));
    if (!isTopicName(topic)) throw new Error(`its topic is none: ${JSON.stringify(topic.slice(0, 100))}`);
    if (this.topics !== null) {
      if (this.topics.size >= MOST_TOPICS) this.topics.clear();
      this.topics.set(seen.topic, topic);
    }
    return topic;
  }
  /** `Encoder(device, measurements)` gives the payload, or `{topic, payload}`; `message` is what templates see. */
  private async encoded(seen: Seen): Promise<Made | null> {
    const code = this.route.template ?? "";
    const message = valuesOf(seen);
    const { device, field, value, unit, timestamp } = message;
    const measurements = seen.measured === null ? {} : { [field]: { value, unit, timestamp } };
    const outcome = await this.call({
      workspace: seen.workspace,
      script: { id: createHash("sha256").update(code).digest("hex"), code },
      kind: "outgoing",
      input: { device, measurements },
      globals: { device, measurements, message },
    });
    if (!outcome.ok) {
      const line = outcome.line === null ? "" : ` (line ${outcome.line})`;
      throw new Error(`the encoder failed: ${outcome.message}${line}`);
    }
    const { result } = outcome;
    if (result === null || result === undefined) return null;
    const group = typeof result === "object" && !Array.isArray(result) ? Object.entries(result) : [];
    const named = Object.fromEntries(group);
    const isNamed = "payload" in named;
    const body: unknown = isNamed ? named.payload : result;
    const topic = isNamed && typeof named.topic === "string" ? named.topic : this.topicOf(seen);
    if (!isTopicName(topic))
      throw new Error(`the encoder gave a topic that is none: ${JSON.stringify(topic.slice(0, 100))}`);
    return { topic, payload: utf8.encode(typeof body === "string" ? body : JSON.stringify(body)) };
  }
}

function valuesOf({ topic, workspace, text, measured, now }: Seen) {
  const { device, field, value, time = now } = measured ?? {};
  const told = texts.decode(text);
  return {
    topic,
    workspace,
    product: device?.product.row.slug ?? "",
    device: {
      id: device?.row.id ?? "",
      serial: device?.row.serial ?? "",
      name: device?.row.name ?? "",
      tags: [...(device?.row.tags ?? [])],
    },
    field: field?.row.id ?? "",
    value: value ?? told,
    text: told,
    unit: field?.row.unit ?? "",
    time: printTime(time),
    timestamp: time / 1e6,
  };
}
function jsonOf(seen: Seen) {
  const { value, unit, time } = valuesOf(seen);
  return { value, unit: unit === "" ? null : unit, time };
}
