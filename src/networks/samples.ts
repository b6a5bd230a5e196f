import { hexOf } from "./bytes.ts";
import type { NetworkType } from "./downlinks/types.ts";
import type { NetworkName } from "./types.ts";

/** An uplink that somebody makes up, to see what would become of it. */
interface SampleUplink {
  /** 16 hexadecimal digits, lower case. */
  readonly devEui: string;
  /** The network's own name of the device. */
  readonly deviceId: string;
  readonly bytes: Uint8Array;
  readonly port: number;
  /** Frame counter. */
  readonly counter: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The network that sends the uplinks of the devices to which a network of a type takes downlinks; null: what comes is no LoRaWAN. */
export function uplinksOf(type: NetworkType): NetworkName | null {
  if (type === "http") return null;
  return type === "chirpstack_rest" || type === "chirpstack_v3" ? "chirpstack" : type;
}

/** An uplink as a network of this type writes it, as JSON: its own keys, one gateway that heard it, no decoder there. */
export function sampleBody(type: Exclude<NetworkType, "http">, uplink: SampleUplink): object {
  return SAMPLES[type](uplink);
}

const SAMPLES: Readonly<Record<Exclude<NetworkType, "http">, (uplink: SampleUplink) => object>> = {
  tti: ({ devEui, deviceId, bytes, port, counter, time }) => ({
    end_device_ids: {
      device_id: deviceId,
      application_ids: { application_id: "sample" },
      dev_eui: devEui.toUpperCase(),
    },
    received_at: iso(time),
    uplink_message: {
      f_port: port,
      f_cnt: counter,
      frm_payload: base64(bytes),
      rx_metadata: [{ gateway_ids: { gateway_id: "sample-gateway" }, rssi: -97, snr: 8.2 }],
      settings: {
        data_rate: { lora: { bandwidth: 125_000, spreading_factor: 7, coding_rate: "4/5" } },
        frequency: "868100000",
      },
      received_at: iso(time),
    },
  }),
  chirpstack,
  chirpstack_rest: chirpstack,
  chirpstack_v3: ({ devEui, deviceId, bytes, port, counter, time }) => ({
    applicationID: "1",
    applicationName: "sample",
    deviceName: deviceId,
    devEUI: devEui,
    rxInfo: [{ gatewayID: "0016c001f153a14c", time: iso(time), rssi: -97, loRaSNR: 8.2 }],
    txInfo: { frequency: 868_100_000, dr: 5 },
    fCnt: counter,
    fPort: port,
    data: base64(bytes),
  }),
  helium: ({ devEui, deviceId, bytes, port, counter, time }) => ({
    id: deviceId,
    name: deviceId,
    type: "uplink",
    dev_eui: devEui.toUpperCase(),
    reported_at: time,
    fcnt: counter,
    port,
    payload: base64(bytes),
    payload_size: bytes.length,
    hotspots: [
      { id: "sample-hotspot", name: "sample-hotspot", rssi: -97, snr: 8.2, spreading: "SF7BW125", frequency: 868.1 },
    ],
  }),
  loriot: ({ devEui, bytes, port, counter, time }) => ({
    cmd: "rx",
    EUI: devEui.toUpperCase(),
    ts: time,
    fcnt: counter,
    port,
    freq: 868_100_000,
    rssi: -97,
    snr: 8.2,
    dr: "SF7 BW125 4/5",
    ack: false,
    data: hexOf(bytes),
  }),
  actility: ({ devEui, deviceId, bytes, port, counter, time }) => ({
    DevEUI_uplink: {
      Time: iso(time),
      DevEUI: devEui.toUpperCase(),
      CustomerData: { name: deviceId },
      FPort: port,
      FCntUp: counter,
      MType: 2,
      payload_hex: hexOf(bytes),
      LrrRSSI: -97,
      LrrSNR: 8.2,
      SpFact: 7,
      Frequency: 868.1,
      Lrrid: "08050376",
      Lrrs: { Lrr: [{ Lrrid: "08050376", LrrRSSI: -97, LrrSNR: 8.2 }] },
    },
  }),
};

function chirpstack({ devEui, deviceId, bytes, port, counter, time }: SampleUplink): object {
  return {
    time: iso(time),
    deviceInfo: { applicationName: "sample", deviceName: deviceId, devEui },
    fCnt: counter,
    fPort: port,
    confirmed: false,
    data: base64(bytes),
    rxInfo: [{ gatewayId: "0016c001f153a14c", rssi: -97, snr: 8.2 }],
    txInfo: {
      frequency: 868_100_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7, codeRate: "CR_4_5" } },
    },
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
