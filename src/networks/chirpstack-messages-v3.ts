import { LOCATION } from "./chirpstack-messages-v4.ts";
import type { Message } from "./protobuf.ts";

const COMMON_V3: Message = {
  1: ["applicationID", "uint"],
  2: ["applicationName", "text"],
  3: ["deviceName", "text"],
  4: ["devEUI", "bytes"],
};
const RX_V3: Message = {
  1: ["gatewayID", "bytes"],
  2: ["time", "time"],
  5: ["rssi", "int"],
  6: ["loRaSNR", "double"],
  7: ["channel", "uint"],
  8: ["rfChain", "uint"],
  11: ["location", LOCATION],
};
const TX_V3: Message = {
  1: ["frequency", "uint"],
  2: ["modulation", ["LORA", "FSK", "LR_FHSS"]],
  3: ["loRaModulationInfo", { 1: ["bandwidth", "uint"], 2: ["spreadingFactor", "uint"], 3: ["codeRate", "text"] }],
};
/** The messages of ChirpStack 3, likewise; what was read is the form of its older JSON marshaler. */
export const V3: Readonly<Record<string, Message>> = {
  up: {
    ...COMMON_V3,
    5: ["rxInfo", RX_V3, "repeated"],
    6: ["txInfo", TX_V3],
    7: ["adr", "bool"],
    8: ["dr", "uint"],
    9: ["fCnt", "uint"],
    10: ["fPort", "uint"],
    11: ["data", "bytes"],
    12: ["objectJSON", "text"],
    13: ["tags", "map"],
    14: ["confirmedUplink", "bool"],
    15: ["devAddr", "bytes"],
  },
  join: {
    ...COMMON_V3,
    5: ["devAddr", "bytes"],
    6: ["rxInfo", RX_V3, "repeated"],
    7: ["txInfo", TX_V3],
    8: ["dr", "uint"],
    9: ["tags", "map"],
  },
  ack: { ...COMMON_V3, 5: ["acknowledged", "bool"], 6: ["fCnt", "uint"], 7: ["tags", "map"] },
  txack: { ...COMMON_V3, 5: ["fCnt", "uint"], 6: ["tags", "map"] },
  error: {
    ...COMMON_V3,
    5: [
      "type",
      [
        "UNKNOWN",
        "DOWNLINK_PAYLOAD_SIZE",
        "DOWNLINK_FCNT",
        "UPLINK_CODEC",
        "DOWNLINK_CODEC",
        "OTAA",
        "UPLINK_FCNT_RESET",
        "UPLINK_MIC",
        "UPLINK_FCNT_RETRANSMISSION",
        "DOWNLINK_GATEWAY",
      ],
    ],
    6: ["error", "text"],
    7: ["fCnt", "uint"],
    8: ["tags", "map"],
  },
  status: {
    ...COMMON_V3,
    5: ["margin", "int"],
    6: ["externalPowerSource", "bool"],
    7: ["batteryLevelUnavailable", "bool"],
    8: ["batteryLevel", "float"],
    9: ["tags", "map"],
  },
  location: { ...COMMON_V3, 5: ["location", LOCATION], 6: ["tags", "map"] },
};
