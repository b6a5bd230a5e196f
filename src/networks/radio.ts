import { timeOf } from "./times.ts";
import type { Gateway } from "./types.ts";
import { countOf, numberOf, positionOf, textOf } from "./values.ts";

/** What a network says of a gateway, as it wrote it. */
interface GatewayText {
  readonly id?: unknown;
  readonly rssi?: unknown;
  readonly snr?: unknown;
  readonly channel?: unknown;
  readonly time?: unknown;
  readonly lat?: unknown;
  readonly lng?: unknown;
  readonly alt?: unknown;
}

/** A gateway in the normal form. */
export function gatewayOf(text: GatewayText): Gateway {
  const position = positionOf(text.lat, text.lng);
  return {
    id: textOf(text.id),
    rssi: numberOf(text.rssi),
    snr: numberOf(text.snr),
    channel: countOf(text.channel),
    time: timeOf(text.time),
    lat: position?.lat ?? null,
    lng: position?.lng ?? null,
    alt: position === null ? null : numberOf(text.alt),
  };
}

/** The gateway that heard best: the strongest, and of equals the clearest. */
export function bestOf(gateways: readonly Gateway[]): Gateway | null {
  let best: Gateway | null = null;
  for (const one of gateways) {
    if (one.rssi === null && one.snr === null) continue;
    if (best === null || strength(one) > strength(best)) best = one;
  }
  return best;
}

/** RSSI first; the SNR, which is smaller than 100, decides among equals. */
function strength({ rssi, snr }: Gateway): number {
  return (rssi ?? -1000) * 1000 + (snr ?? -100);
}

/**
 * A data rate of LoRa, as `SF7BW125`.
 * @param bandwidth in Hz or kHz
 */
export function loraRate(spreading: unknown, bandwidth: unknown): string | null {
  const [factor, width] = [numberOf(spreading), numberOf(bandwidth)];
  if (factor === null || factor <= 0) return null;
  if (width === null || width <= 0) return `SF${factor}`;
  return `SF${factor}BW${width >= 1000 ? width / 1000 : width}`;
}

/** A data rate in words of the network: `SF9 BW125 4/5` becomes `SF9BW125`; what is none of LoRa's stays as it is. */
export function rateText(value: unknown): string | null {
  const text = textOf(value);
  const found = text === null ? null : /SF\s?(\d{1,2})\s*[ /_-]?\s*BW\s?(\d{1,4})/i.exec(text);
  return found === null ? text : `SF${found[1]}BW${found[2]}`;
}

/** A coding rate: `4/5`, also of `CR_4_5` and `4-5`. */
export function codingRate(value: unknown): string | null {
  const text = textOf(value);
  const found = text === null ? null : /(\d)\s?[/_:-]\s?(\d)/.exec(text);
  return found === null ? null : `${found[1]}/${found[2]}`;
}

/** A frequency in Hz; networks that write MHz write less than 100,000. */
export function frequencyOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number === null || number <= 0) return null;
  return number < 100_000 ? Math.round(number * 1_000_000) : Math.round(number);
}
