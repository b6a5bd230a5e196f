import type { Message } from "./protobuf.ts";

const CODE_RATES = [
  "CR_UNDEFINED",
  "CR_4_5",
  "CR_4_6",
  "CR_4_7",
  "CR_4_8",
  "CR_3_8",
  "CR_2_6",
  "CR_1_4",
  "CR_1_6",
  "CR_5_6",
  "CR_LI_4_5",
  "CR_LI_4_6",
  "CR_LI_4_8",
];
/** A position, of both versions. */
export const LOCATION: Message = {
  1: ["latitude", "double"],
  2: ["longitude", "double"],
  3: ["altitude", "double"],
  5: ["accuracy", "float"],
};

const DEVICE: Message = {
  1: ["tenantId", "text"],
  2: ["tenantName", "text"],
  3: ["applicationId", "text"],
  4: ["applicationName", "text"],
  5: ["deviceProfileId", "text"],
  6: ["deviceProfileName", "text"],
  7: ["deviceName", "text"],
  8: ["devEui", "text"],
  9: ["tags", "map"],
  10: ["deviceClassEnabled", ["CLASS_A", "CLASS_B", "CLASS_C"]],
};
const RX: Message = {
  1: ["gatewayId", "text"],
  2: ["uplinkId", "uint"],
  3: ["gwTime", "time"],
  17: ["nsTime", "time"],
  6: ["rssi", "int"],
  7: ["snr", "float"],
  8: ["channel", "uint"],
  9: ["rfChain", "uint"],
  10: ["board", "uint"],
  11: ["antenna", "uint"],
  12: ["location", LOCATION],
  13: ["context", "bytes"],
  15: ["metadata", "map"],
  16: ["crcStatus", ["NO_CRC", "BAD_CRC", "CRC_OK"]],
};
const TX: Message = {
  1: ["frequency", "uint"],
  2: [
    "modulation",
    {
      3: ["lora", { 1: ["bandwidth", "uint"], 2: ["spreadingFactor", "uint"], 5: ["codeRate", CODE_RATES] }],
      4: ["fsk", { 1: ["frequencyDeviation", "uint"], 2: ["datarate", "uint"] }],
      5: ["lrFhss", { 1: ["operatingChannelWidth", "uint"], 4: ["codeRate", CODE_RATES] }],
    },
  ],
};
const COMMON: Message = { 1: ["deduplicationId", "text"], 2: ["time", "time"], 3: ["deviceInfo", DEVICE] };

/**
 * The messages of ChirpStack 4 by the event in the address, as far as they are used here: each becomes what the JSON marshaler writes, and is
 * read like it.
 */
export const V4: Readonly<Record<string, Message>> = {
  up: {
    ...COMMON,
    4: ["devAddr", "text"],
    5: ["adr", "bool"],
    6: ["dr", "uint"],
    7: ["fCnt", "uint"],
    8: ["fPort", "uint"],
    9: ["confirmed", "bool"],
    10: ["data", "bytes"],
    11: ["object", "struct"],
    12: ["rxInfo", RX, "repeated"],
    13: ["txInfo", TX],
    15: ["joinServerContext", { 1: ["sessionKeyId", "text"] }],
    16: ["regionConfigId", "text"],
  },
  join: { ...COMMON, 4: ["devAddr", "text"] },
  ack: { ...COMMON, 4: ["queueItemId", "text"], 5: ["acknowledged", "bool"], 6: ["fCntDown", "uint"] },
  txack: {
    ...COMMON,
    1: ["downlinkId", "uint"],
    4: ["queueItemId", "text"],
    5: ["fCntDown", "uint"],
    6: ["gatewayId", "text"],
  },
  log: {
    1: ["time", "time"],
    2: ["deviceInfo", DEVICE],
    3: ["level", ["INFO", "WARNING", "ERROR"]],
    4: [
      "code",
      [
        "UNKNOWN",
        "DOWNLINK_PAYLOAD_SIZE",
        "UPLINK_CODEC",
        "DOWNLINK_CODEC",
        "OTAA",
        "UPLINK_F_CNT_RESET",
        "UPLINK_MIC",
        "UPLINK_F_CNT_RETRANSMISSION",
        "DOWNLINK_GATEWAY",
        "RELAY_NEW_END_DEVICE",
        "F_CNT_DOWN",
        "EXPIRED",
      ],
    ],
    5: ["description", "text"],
    6: ["context", "map"],
  },
  status: {
    ...COMMON,
    5: ["margin", "int"],
    6: ["externalPowerSource", "bool"],
    7: ["batteryLevelUnavailable", "bool"],
    8: ["batteryLevel", "float"],
  },
  location: { ...COMMON, 4: ["location", LOCATION] },
  integration: { ...COMMON, 4: ["integrationName", "text"], 5: ["eventType", "text"], 6: ["object", "struct"] },
};
