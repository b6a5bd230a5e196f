/** What the bench of integrations does. */
import { requestBytes } from "../http/connection.ts";
import type { HttpVolume } from "../http/options.ts";
import { CPU, flood, type HttpScenario, type Place, recording, row, TIMES } from "../http/scenarios.ts";
import { WEBHOOKS } from "./webhooks.ts";
import { childrenCpuSeconds, type Figures } from "../load/measure.ts";

/** Twenty lines, as a sensor of temperature, humidity, battery and a button has them. */
export const DECODER = `function decodeUplink(input) {
  var data = {};
  var bytes = input.bytes;
  for (var i = 0; i < bytes.length; ) {
    var channel = bytes[i++];
    var type = bytes[i++];
    if (channel === 1 && type === 117) {
      data.battery = bytes[i];
      i += 1;
    } else if (channel === 3 && type === 103) {
      var raw = bytes[i] | (bytes[i + 1] << 8);
      data.temperature = (raw > 32767 ? raw - 65536 : raw) / 10;
      i += 2;
    } else if (channel === 4 && type === 104) {
      data.humidity = bytes[i] / 2;
      i += 1;
    } else break;
  }
  data.rssi = normalizedPayload.gateways[0].rssi;
  return { data: data };
}
`;

/** DevEUIs are these eight digits, and a number of eight digits that begins here. */
export const DEV_EUIS = "70b3d57e";
export const FIRST = 10_000_000;

/** Battery 92 %, 21.0 to 30.9 °C, 50 %. */
function payload(n: number): string {
  const tenths = 210 + (n % 100);
  return Buffer.from([1, 117, 92, 3, 103, tenths & 255, tenths >> 8, 4, 104, 100]).toString("base64");
}

/** An uplink as ChirpStack 4 sends it. */
function uplink(device: number, counter: number, time: number, object: string): string {
  const devEui = `${DEV_EUIS}${FIRST + device}`;
  return `{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d","time":"${new Date(time).toISOString()}","deviceInfo":{"tenantName":"Bench","applicationName":"Bench","deviceProfileName":"Sensors","deviceName":"dev${device}","devEui":"${devEui}","tags":{}},"devAddr":"00189440","adr":true,"dr":5,"fCnt":${counter},"fPort":85,"confirmed":false,"data":"${payload(counter)}"${object},"rxInfo":[{"gatewayId":"0016c001f153a14c","uplinkId":4217106255,"rssi":-36,"snr":10.5,"channel":2,"rfChain":1,"location":{},"context":"E3OWOQ==","metadata":{"region_common_name":"EU868"},"crcStatus":"CRC_OK"}],"txInfo":{"frequency":867100000,"modulation":{"lora":{"bandwidth":125000,"spreadingFactor":7,"codeRate":"CR_4_5"}}},"regionConfigId":"eu868"}`;
}

/** Uplinks of all devices in turn, each with the next counter of its device. */
async function uplinks(place: Place, volume: HttpVolume, address: string, object: string): Promise<Figures> {
  const begin = Date.now();
  const before = { time: performance.now(), cpu: childrenCpuSeconds(place.pid) };
  const figures = await flood(place, volume, 1, (i, n) => {
    // each connection has devices of its own, so that their counters go on without a gap
    const own = Math.max(1, Math.floor(volume.devices / volume.connections));
    const device = (i * own + (n % own)) % volume.devices;
    return requestBytes(place.token, "POST", address, uplink(device, Math.floor(n / own), begin + n, object));
  });
  const cpu = childrenCpuSeconds(place.pid);
  const seconds = (performance.now() - before.time) / 1000;
  if (cpu === undefined || before.cpu === undefined) return figures;
  return { ...figures, sandboxCpu: (cpu - before.cpu) / seconds };
}

const ROWS = [
  row("requests", "uplinks/s", "number"),
  ...TIMES,
  ...CPU,
  row("sandboxCpu", "CPU of the sandbox, with its start", "cores"),
] as const;

function decoded(processes: number): HttpScenario {
  const many = processes === 1 ? "one process" : `${processes} processes`;
  return {
    id: `uplinks-${processes}`,
    title: ({ connections }) => `LoRaWAN uplinks, a decoder of 20 lines in ${many}, ${connections} connections`,
    rows: ROWS,
    flags: ["--decoder-processes", String(processes)],
    shareOf: { "record-1": "records over HTTP" },
    load: (place, volume) => uplinks(place, volume, "/integrations/lorawan/chirpstack?event=up", ""),
  };
}

const RECORD = recording(1);

/** Its product has no decoder. */
export const PLAIN = "uplinks-plain";

export const INTEGRATIONS: readonly HttpScenario[] = [
  { ...RECORD, shareOf: {} },
  decoded(1),
  decoded(2),
  {
    id: PLAIN,
    title: ({ connections }) => `LoRaWAN uplinks that the network decoded, no decoder, ${connections} connections`,
    rows: ROWS,
    shareOf: { "record-1": "records over HTTP" },
    load: (place, volume) =>
      uplinks(
        place,
        volume,
        "/integrations/lorawan/chirpstack?event=up",
        ',"object":{"temperature":21.5,"humidity":50,"battery":92}',
      ),
  },
  ...WEBHOOKS,
];
