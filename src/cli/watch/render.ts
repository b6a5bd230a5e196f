import type { PublishPacket } from "../../codec/index.ts";
import { type Colors, clipped, utcClock, visible } from "../text.ts";

/** A message of the live tail, taken apart. */
interface Message {
  /** RFC 3339, from the server where it says so, otherwise when it came. */
  readonly time: string;
  readonly topic: string;
  readonly product: string | null;
  readonly device: string | null;
  readonly field: string | null;
  readonly value: string;
  readonly unit: string | null;
  /** A report of a refused publish. */
  readonly refusal: Refused | null;
}
interface Refused {
  readonly code: string;
  readonly message: string;
  readonly topic: string;
  readonly payload: string;
  readonly count: number;
}

/**
 * @param prefix the instance's first topic level
 * @param now when it came, Unix time in ms
 */
export function readMessage(packet: PublishPacket, prefix: string, now: number): Message {
  const property = (name: string) => packet.properties?.userProperties?.find(([key]) => key === name)?.[1] ?? null;
  const value = new TextDecoder().decode(packet.payload);
  const [root, product, device, field, ...more] = packet.topic.split("/");
  const refusal = root === `${prefix}-errors` ? readRefusal(value) : null;
  const ours = root === prefix && field !== undefined && more.length === 0;
  const stamp = property("timestamp");
  return {
    time: stamp !== null && !Number.isNaN(Date.parse(stamp)) ? stamp : new Date(now).toISOString(),
    topic: packet.topic,
    product: ours ? (product ?? null) : null,
    device: ours ? (device ?? null) : null,
    field: ours ? field : null,
    value,
    unit: property("unit"),
    refusal,
  };
}

function readRefusal(text: string): Refused | null {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof report !== "object" || report === null) return null;
  const map = new Map<string, unknown>(Object.entries(report));
  const word = (name: string) => (typeof map.get(name) === "string" ? String(map.get(name)) : "");
  const count = Number(map.get("count") ?? 1);
  return {
    code: word("code"),
    message: word("message"),
    topic: word("topic"),
    payload: word("payload"),
    count: Number.isInteger(count) && count > 0 ? count : 1,
  };
}

/** One line for a person. Columns widen as names come, so that they line up from then on. */
export class MessagePrinter {
  private deviceWidth = 0;
  private fieldWidth = 0;

  /** @param now Unix time in ms */
  constructor(
    private readonly c: Colors,
    private readonly now: () => number,
  ) {}

  line(message: Message): string {
    const { c } = this;
    const at = c.dim(utcClock(message.time, this.now()));
    const { refusal } = message;
    if (refusal) {
      const times = refusal.count > 1 ? ` (${refusal.count}×)` : "";
      const what = `${clipped(refusal.topic, 100)} ${c.dim(JSON.stringify(clipped(refusal.payload, 60)))}`;
      return `${at}  ${c.red(`refused ${visible(refusal.code)}${times}`)}  ${what}  ${visible(refusal.message)}\n`;
    }
    const value = c.bold(clipped(message.value, 400));
    const unit = message.unit === null ? "" : ` ${clipped(message.unit, 32)}`;
    if (message.field === null) return `${at}  ${c.cyan(clipped(message.topic, 200))}  ${value}${unit}\n`;
    const device = `${message.product}/${message.device}`;
    this.deviceWidth = Math.min(60, Math.max(this.deviceWidth, Bun.stringWidth(visible(device))));
    this.fieldWidth = Math.min(40, Math.max(this.fieldWidth, Bun.stringWidth(visible(message.field))));
    return `${at}  ${c.cyan(padded(device, this.deviceWidth))}  ${c.green(padded(message.field, this.fieldWidth))}  ${value}${unit}\n`;
  }
}

function padded(text: string, width: number): string {
  const clean = clipped(text, 200);
  return clean + " ".repeat(Math.max(0, width - Bun.stringWidth(clean)));
}
