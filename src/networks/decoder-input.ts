import { hexOf } from "./bytes.ts";
import type { NetworkEvent, Uplink } from "./types.ts";

/** What a decoder of LoRaWAN uplinks is called with (docs/decoders.md "Functions"). */
interface UplinkInput {
  readonly bytes: readonly number[];
  readonly fPort: number;
  /** Milliseconds since 1970. */
  readonly recvTime: number;
  readonly variables: Readonly<Record<string, string>>;
  /** The third parameter of `Decoder`, as Helium Console gives it. */
  readonly info: unknown;
}

/** @returns whether a script mentions a name; what it does not mention need not be carried to it */
type Mentions = (name: string) => boolean;

/**
 * An uplink as decoders get it.
 * @param time of the measurement where the event says none, in milliseconds since 1970
 * @param variables texts of the device, by name
 */
export function uplinkInput(
  event: NetworkEvent,
  uplink: Uplink,
  time: number,
  variables: Readonly<Record<string, string>>,
  mentions: Mentions,
): { readonly input: UplinkInput; readonly globals: Readonly<Record<string, unknown>> } {
  const normalized = normalizedPayload(event, uplink, time);
  const input = {
    bytes: [...(uplink.bytes ?? [])],
    fPort: uplink.port ?? 0,
    recvTime: event.time ?? time,
    variables,
    info: event.network === "helium" ? event.raw : normalized,
  };
  const globals = {
    normalizedPayload: normalized,
    ...(mentions("rawPayload") ? { rawPayload: event.raw } : {}),
    ...(mentions("LoRaObject") ? { LoRaObject: loraObject(event, uplink, time) } : {}),
  };
  return { input, globals };
}

/** The same of every network, as decoders for the hosted platform know it. */
function normalizedPayload({ devEui, time }: NetworkEvent, uplink: Uplink, now: number): object {
  return {
    deveui: devEui,
    port: uplink.port ?? 0,
    counter: uplink.counter ?? 0,
    frequency: uplink.frequencyHz,
    data_rate: uplink.dataRate,
    coding_rate: uplink.codingRate,
    gateways: uplink.gateways.map((one) => ({
      id: one.id,
      datetime: isoOf(one.time ?? time ?? now),
      channel: one.channel,
      rssi: one.rssi,
      snr: one.snr,
    })),
  };
}

/** What gateways of Milesight give to `Decode`, from whatever network the uplink came. */
function loraObject(event: NetworkEvent, uplink: Uplink, now: number): unknown {
  if (event.network === "milesight_gateway") return event.raw;
  const rate = /^SF(\d+)(?:BW([\d.]+))?$/.exec(uplink.dataRate ?? "");
  return {
    deviceName: event.deviceId ?? event.devEui,
    devEUI: event.devEui,
    time: isoOf(event.time ?? now),
    rxInfo: uplink.gateways.map((one) => ({
      mac: one.id,
      rssi: one.rssi,
      loRaSNR: one.snr,
      name: one.id,
      latitude: one.lat,
      longitude: one.lng,
      altitude: one.alt,
      time: isoOf(one.time ?? event.time ?? now),
    })),
    txInfo: {
      frequency: uplink.frequencyHz,
      dataRate: {
        modulation: "LORA",
        bandwidth: rate?.[2] === undefined ? null : Number(rate[2]),
        spreadFactor: rate === null ? null : Number(rate[1]),
      },
      codeRate: uplink.codingRate,
    },
    fCnt: uplink.counter ?? 0,
    fPort: uplink.port ?? 0,
    data: uplink.bytes === null ? "" : Buffer.from(hexOf(uplink.bytes), "hex").toString("base64"),
  };
}

function isoOf(millis: number): string {
  return new Date(millis).toISOString();
}
