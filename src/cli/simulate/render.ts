import { type Colors, plural, visible } from "../text.ts";
import type { Plan } from "./plan.ts";
import type { Figures } from "./run.ts";

const number = (n: number) => Math.round(n).toLocaleString("en-US");
const ms = (n: number) => (n < 10 ? n.toFixed(2) : n < 1000 ? n.toFixed(0) : `${(n / 1000).toFixed(1)} k`);

/** How far it is, on one line. @param seconds since publishing began; @param rate messages in the last second */
export function progress(figures: Figures, plan: Plan, seconds: number, rate: number): string {
  if (seconds <= 0) return `connecting: ${number(figures.connected)} of ${plural(plan.devices.length, "device")}`;
  const parts = [
    `${Math.min(seconds, plan.duration).toFixed(0)}/${plan.duration} s`,
    `${number(rate)} msg/s`,
    `sent ${number(figures.sent)}`,
  ];
  if (plan.qos > 0) parts.push(`acknowledged ${number(figures.acknowledged)}`);
  if (figures.refusals > 0) parts.push(`refused ${number(figures.refusals)}`);
  if (figures.lost > 0) parts.push(`connections lost ${number(figures.lost)}`);
  if (plan.qos > 0) parts.push(`p99 ${ms(figures.latency.quantile(0.99))} ms`);
  return parts.join(", ");
}

interface Summary {
  readonly devices: number;
  readonly connected: number;
  readonly notConnected: number;
  readonly connectionsLost: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly wantedPerSecond: number;
  readonly qos: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** Milliseconds from the publish to its answer; null at QoS 0. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number } | null;
}

/** @param elapsed ms that publishing took */
export function summarise(figures: Figures, plan: Plan, elapsed: number): Summary {
  const { latency } = figures;
  const at = (share: number) => Number(latency.quantile(share).toFixed(3));
  return {
    devices: plan.devices.length,
    connected: figures.connected,
    notConnected: figures.notConnected,
    connectionsLost: figures.lost,
    seconds: Number((elapsed / 1000).toFixed(2)),
    messagesPerSecond: elapsed > 0 ? Math.round((figures.sent / elapsed) * 1000) : 0,
    wantedPerSecond: plan.rate,
    qos: plan.qos,
    sent: figures.sent,
    acknowledged: figures.acknowledged,
    refused: figures.refusals,
    unanswered: figures.unanswered,
    reasons: Object.fromEntries([...figures.refused, ...figures.troubles]),
    latency:
      plan.qos === 0 || latency.count === 0
        ? null
        : { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: Number(latency.max.toFixed(3)) },
  };
}

export function renderSummary(s: Summary, c: Colors): string {
  const row = (name: string, value: string) => `  ${name.padEnd(14)}${value}\n`;
  const lost = s.connectionsLost > 0 ? c.red(`, ${number(s.connectionsLost)} lost on the way`) : "";
  const rate = `${number(s.messagesPerSecond)} msg/s`;
  const slow =
    s.messagesPerSecond < s.wantedPerSecond * 0.95 ? c.yellow(` (${number(s.wantedPerSecond)} were wanted)`) : "";
  let text = row("devices", `${number(s.connected)} of ${number(s.devices)} connected${lost}`);
  text += row("sent", `${number(s.sent)} in ${s.seconds} s, ${rate}${slow}`);
  if (s.qos > 0) {
    text += row("acknowledged", c.green(number(s.acknowledged)));
    if (s.refused > 0) text += row("refused", c.red(number(s.refused)));
    if (s.unanswered > 0) text += row("no answer", c.red(number(s.unanswered)));
  } else text += row("acknowledged", "QoS 0 is not acknowledged");
  const { latency } = s;
  if (latency)
    text += row(
      "latency",
      `p50 ${ms(latency.p50)} ms, p95 ${ms(latency.p95)} ms, p99 ${ms(latency.p99)} ms, max ${ms(latency.max)} ms`,
    );
  for (const [reason, count] of Object.entries(s.reasons))
    text += row("", c.red(`${number(count)}× ${visible(reason)}`));
  return text;
}
