import type { Body } from "./body.testing.ts";

const IDS = {
  device_id: "cellar-3",
  application_ids: { application_id: "house" },
  dev_eui: "70B3D57ED005A11C",
  join_eui: "0000000000000000",
  dev_addr: "260BF3D1",
};
const COMMON = {
  end_device_ids: IDS,
  correlation_ids: ["as:up:01HFR0GT0QNBVYX3N4D2XZ7S0E", "rpc:/ttn.lorawan.v3.AppAs/SimulateUplink:3b0a"],
  received_at: "2026-03-04T10:11:12.345678901Z",
};
const DEVICE = { devEui: "70b3d57ed005a11c", deviceId: "cellar-3" };

const UPLINK = {
  session_key_id: "AYvC5H0sQ7W6pVt0bJxPLA==",
  f_port: 2,
  f_cnt: 1042,
  frm_payload: "ANIB9A==",
  decoded_payload: { temperature: 21, humidity: 50 },
  rx_metadata: [
    {
      gateway_ids: { gateway_id: "roof", eui: "B827EBFFFE8B01DD" },
      timestamp: 2463457000,
      rssi: -97,
      channel_rssi: -97,
      snr: 8.2,
      frequency_offset: "-512",
      location: { latitude: 52.52, longitude: 13.405, altitude: 41, source: "SOURCE_REGISTRY" },
      uplink_token: "ChIKEAoEcm9vZhII",
      channel_index: 3,
      received_at: "2026-03-04T10:11:12.101Z",
    },
    {
      gateway_ids: { gateway_id: "packetbroker" },
      packet_broker: { message_id: "01HFR0GSV7", forwarder_net_id: "000013", forwarder_gateway_id: "mast" },
      rssi: -113,
      snr: -3.5,
    },
  ],
  settings: {
    data_rate: { lora: { bandwidth: 125000, spreading_factor: 7, coding_rate: "4/5" } },
    frequency: "868100000",
    timestamp: 2463457000,
  },
  received_at: "2026-03-04T10:11:12.140112233Z",
  consumed_airtime: "0.051456s",
  network_ids: { net_id: "000013", tenant_id: "ttn", cluster_id: "eu1" },
};

const DOWN = {
  session_key_id: "AYvC5H0s",
  f_port: 15,
  f_cnt: 7,
  frm_payload: "AQ==",
  priority: "NORMAL",
  correlation_ids: ["fieldcast:41", "as:downlink:01HF"],
};

export const TTI: readonly Body[] = [
  {
    what: "an uplink",
    network: "tti",
    headers: { "x-tts-domain": "eu1.cloud.thethings.network" },
    json: { ...COMMON, uplink_message: UPLINK },
    expected: {
      kind: "up",
      ...DEVICE,
      time: "2026-03-04T10:11:12.140Z",
      hex: "00d201f4",
      port: 2,
      counter: 1042,
      confirmed: false,
      encrypted: false,
      decoded: { temperature: 21, humidity: 50 },
      rssi: -97,
      snr: 8.2,
      dataRate: "SF7BW125",
      frequencyHz: 868_100_000,
      codingRate: "4/5",
      gateways: ["B827EBFFFE8B01DD", "packetbroker"],
      place: [52.52, 13.405],
      push: null,
    },
  },
  {
    what: "an uplink with everything that is zero left out, and where downlinks go",
    network: "tti",
    headers: {
      "x-downlink-apikey": "NNSXS.KEY",
      "x-downlink-push":
        "https://eu1.cloud.thethings.network/api/v3/as/applications/house/webhooks/fc/devices/cellar-3/down/push",
      "x-downlink-replace":
        "https://eu1.cloud.thethings.network/api/v3/as/applications/house/webhooks/fc/devices/cellar-3/down/replace",
    },
    json: {
      end_device_ids: IDS,
      uplink_message: { rx_metadata: [], settings: { data_rate: { fsk: { bit_rate: 50000 } } } },
    },
    expected: {
      kind: "up",
      ...DEVICE,
      time: null,
      hex: null,
      port: 0,
      counter: 0,
      rssi: null,
      snr: null,
      dataRate: "FSK50000",
      gateways: [],
      push: "https://eu1.cloud.thethings.network/api/v3/as/applications/house/webhooks/fc/devices/cellar-3/down/push",
    },
  },
  {
    what: "an uplink that was simulated in the console, with the charge of the battery",
    network: "tti",
    json: {
      ...COMMON,
      simulated: true,
      uplink_message: { f_port: 1, frm_payload: "AQ==", last_battery_percentage: { f_cnt: 9, value: 98.4 } },
    },
    expected: { kind: "up", ...DEVICE, hex: "01", counter: 0, battery: 98.4 },
  },
  {
    what: "an uplink whose key only the application server of another has",
    network: "tti",
    json: {
      ...COMMON,
      uplink_message: { ...UPLINK, confirmed: true, app_s_key: { kek_label: "join-server", encrypted_key: "qs0P" } },
    },
    expected: { kind: "up", ...DEVICE, encrypted: true, confirmed: true },
  },
  {
    what: "a normalized payload",
    network: "tti",
    json: { ...COMMON, uplink_normalized: { ...UPLINK, normalized_payload: { air: { temperature: 21 } } } },
    expected: { kind: "up", ...DEVICE, hex: null, counter: 1042, decoded: { air: { temperature: 21 } } },
  },
  {
    what: "a join",
    network: "tti",
    json: { ...COMMON, join_accept: { session_key_id: "AYvC5H0s", received_at: "2026-03-04T10:11:10Z" } },
    expected: { kind: "join", ...DEVICE, text: /joined the network as 260BF3D1/ },
  },
  ...(["queued", "sent", "ack", "nack"] as const).map(
    (kind): Body => ({
      what: `a downlink: ${kind}`,
      network: "tti",
      json: { ...COMMON, [`downlink_${kind}`]: DOWN },
      expected: {
        kind,
        ...DEVICE,
        time: "2026-03-04T10:11:12.345Z",
        ids: ["fieldcast:41", "as:downlink:01HF", ...COMMON.correlation_ids],
        reason: null,
        text: kind === "ack" ? /acknowledged by the device on port 15/ : /downlink/,
      },
    }),
  ),
  {
    what: "a downlink that failed",
    network: "tti",
    json: {
      ...COMMON,
      downlink_failed: {
        downlink: DOWN,
        error: {
          namespace: "pkg/networkserver",
          name: "application_downlink_too_long",
          message_format: "application downlink payload is too long ({length} bytes, maximum {max})",
          attributes: { length: 80, max: "51" },
          correlation_id: "2c1f",
          code: 3,
        },
      },
    },
    expected: {
      kind: "failed",
      ...DEVICE,
      ids: ["fieldcast:41", "as:downlink:01HF", ...COMMON.correlation_ids],
      reason: /too long \(80 bytes, maximum 51\)/,
    },
  },
  {
    what: "a queue that became void",
    network: "tti",
    json: {
      ...COMMON,
      downlink_queue_invalidated: {
        downlinks: [DOWN, { ...DOWN, correlation_ids: ["fieldcast:42"] }],
        last_f_cnt_down: 9,
        session_key_id: "AYvC",
      },
    },
    expected: {
      kind: "failed",
      ...DEVICE,
      ids: ["fieldcast:41", "as:downlink:01HF", "fieldcast:42"],
      reason: /send it again/,
    },
  },
  {
    what: "a position",
    network: "tti",
    json: {
      ...COMMON,
      location_solved: {
        service: "lora-cloud-geolocation-v3",
        location: { latitude: 48.1, longitude: 11.5, accuracy: 30, source: "SOURCE_LORA_TDOA" },
      },
    },
    expected: { kind: "location", ...DEVICE, location: { lat: 48.1, lng: 11.5 } },
  },
  {
    what: "data of a service",
    network: "tti",
    json: { ...COMMON, service_data: { service: "lora-cloud-device-management-v1", data: { fields: {} } } },
    expected: { kind: "log", ...DEVICE, text: /lora-cloud-device-management-v1/ },
  },
  {
    what: "a message that nobody knows yet",
    network: "tti",
    json: { ...COMMON, something_new: { a: 1 } },
    expected: { kind: "other", ...DEVICE },
  },
];
