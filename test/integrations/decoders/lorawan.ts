import type { Example } from "./types.ts";

/** The test of what this repository imports reads no further than the word. */
const IMPORT = "import";

/** Decoders of LoRaWAN uplinks. */
export const LORAWAN: readonly Example[] = [
  {
    name: "decodeUplink, {data} flat, two bytes signed",
    code: `
function decodeUplink(input) {
  var raw = (input.bytes[0] << 8) | input.bytes[1];
  if (raw > 32767) raw -= 65536;
  return { data: { temperature: raw / 100, humidity: input.bytes[2] / 2 } };
}`,
    comes: { hex: "ff38 5a", port: 1 },
    stored: { node: { TEMPERATURE: -2, HUMIDITY: 45 } },
  },
  {
    name: "decodeUplink, {data} nested, as the normalised payload of the networks has it",
    code: `
function decodeUplink({ bytes }) {
  return {
    data: {
      air: { temperature: bytes[0] / 5, relativeHumidity: bytes[1] },
      battery: bytes[2] / 50,
      action: { motion: { detected: bytes[3] === 1, count: bytes[4] } },
    },
  };
}`,
    comes: { hex: "69 2d b4 01 07", port: 3 },
    stored: {
      node: {
        ...{ AIR_TEMPERATURE: 21, AIR_RELATIVEHUMIDITY: 45, BATTERY: 3.6 },
        ...{ ACTION_MOTION_DETECTED: true, ACTION_MOTION_COUNT: 7 },
      },
    },
  },
  {
    name: "decodeUplink, {data, warnings}: what it warns of is in the log",
    code: `
function decodeUplink(input) {
  const warnings = [];
  if (input.bytes.length < 4) warnings.push("short frame");
  return { data: { temperature: input.bytes[0] }, warnings };
}`,
    comes: { hex: "14", port: 1 },
    stored: { node: { TEMPERATURE: 20 } },
    messages: ["short frame"],
  },
  {
    name: "decodeUplink, {errors}: nothing of it counts",
    code: `
function decodeUplink(input) {
  if (input.fPort !== 10) return { data: { temperature: 1 }, errors: ["unknown port " + input.fPort] };
  return { data: { temperature: input.bytes[0] } };
}`,
    comes: { hex: "14", port: 9 },
    stored: { node: {} },
    error: "unknown port 9",
  },
  {
    name: "Decoder(bytes, port), a list of {field, value}",
    code: `
// temperature and door of a contact sensor
function Decoder(bytes, port) {
  if (port == 2) {
    return [
      { field: "TEMPERATURE", value: ((bytes[0] << 8) + bytes[1]) / 10 },
      { field: "DOOR", value: (bytes[2] & 0x01) == 1 },
    ];
  }
  return [];
}`,
    comes: { hex: "00d7 01", port: 2 },
    stored: { node: { TEMPERATURE: 21.5, DOOR: true } },
  },
  {
    name: "Decoder(payload, port), fields in lower case, and a device that is the DevEUI in another spelling",
    code: `
function Decoder(payload, port) {
  var decoded = { temperature: payload[0], battery: payload[1] / 10 };
  var out = [];
  for (var key in decoded) out.push({ field: key.toLowerCase(), value: decoded[key], device: normalizedPayload.deveui.toUpperCase() });
  return out;
}`,
    comes: { hex: "16 21", port: 1 },
    stored: { node: { TEMPERATURE: 22, BATTERY: 3.3 } },
  },
  {
    name: "Decoder(bytes, port), a flat object; names become identifiers",
    code: `
function Decoder(bytes, port) {
  var decoded = {};
  decoded["temperature-1"] = bytes[0];
  decoded.temperature_2 = bytes[1];
  decoded.raw = bytes; // lists are passed over
  return decoded;
}`,
    comes: { hex: "0102", port: 1 },
    stored: { node: { TEMPERATURE_1: 1, TEMPERATURE_2: 2 } },
  },
  {
    name: "Decoder(bytes, port), several values of one field with times: a logger sends what it kept",
    code: `
function Decoder(bytes, port) {
  var at = 1772364600; // seconds
  var rows = [];
  for (var i = 0; i < bytes.length; i++) rows.push({ field: "TEMPERATURE", value: bytes[i], timestamp: at + i * 600 });
  return rows;
}`,
    comes: { hex: "0a0b0c", port: 1 },
    stored: { node: { TEMPERATURE: 12 } },
    times: { TEMPERATURE: ["2026-03-01T11:30:00Z", "2026-03-01T11:40:00Z", "2026-03-01T11:50:00Z"] },
  },
  {
    name: "Decoder(bytes, port) that reads what gateways heard, with guards for networks that do not say it",
    code: `
function Decoder(payload, port) {
  console.log(JSON.stringify(normalizedPayload));
  var gw = normalizedPayload.gateways && normalizedPayload.gateways[0];
  var distance = (payload[0] << 8) | payload[1];
  var rows = [{ field: "FILL_LEVEL", value: Math.round(100 - distance / 20) }];
  rows.push({ field: "SIGNAL", value: !!gw && gw.rssi });
  rows.push({ field: "SNR", value: !!gw && gw.snr });
  rows.push({ field: "DATARATE", value: normalizedPayload.data_rate });
  return rows;
}`,
    comes: { hex: "01f4", port: 8 },
    stored: { node: { FILL_LEVEL: 75, SIGNAL: -97, SNR: 7, DATARATE: "SF7BW125" } },
  },
  {
    name: "Decoder(bytes, port) that reads the network's own JSON and adds it in upper case",
    code: `
function Decoder(bytes, port) {
  var decoded = decode(bytes);
  decoded.lora_rssi = rawPayload.uplink_message.rx_metadata[0].rssi;
  return Object.keys(decoded).map(function (key) {
    return { field: key.toUpperCase(), value: decoded[key] };
  });
}
// type-length-value: 01 humidity, 02 temperature * 10
function decode(bytes) {
  var out = {};
  for (var i = 0; i < bytes.length; ) {
    switch (bytes[i++]) {
      case 1: out.humidity = bytes[i++]; break;
      case 2: out.temperature = ((bytes[i] << 8) | bytes[i + 1]) / 10; i += 2; break;
      default: i = bytes.length;
    }
  }
  return out;
}`,
    comes: { hex: "01 32 02 00 d2", port: 1 },
    stored: { node: { HUMIDITY: 50, TEMPERATURE: 21, LORA_RSSI: -97 } },
  },
  {
    name: "Decoder(bytes, port) with a position: a latitude beside a longitude",
    code: `
function Decoder(bytes, port) {
  var int32 = function (at) { return bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]; };
  return { latitude: int32(0) / 1e6, longitude: int32(4) / 1e6, battery: bytes[8] / 10 };
}`,
    comes: { hex: "0321 1948 ff6b 2b80 25", port: 1 },
    stored: { node: { LOCATION: { lat: 52.500808, lng: -9.753728 }, BATTERY: 3.7 } },
    suggested: ["LATITUDE", "LONGITUDE"],
  },
  {
    name: "Decode(fPort, bytes, variables), as ChirpStack 3 calls it",
    code: `
function Decode(fPort, bytes, variables) {
  return { level: Number(variables.depth) - bytes[0] / 10, port: fPort };
}`,
    comes: { hex: "0f", port: 4 },
    stored: { node: { LEVEL: 2.5, PORT: 4 } },
  },
  {
    name: "Decode, Decoder and decodeUplink in one file, as makers of gateways ship it: decodeUplink is called",
    code: `
function decodeUplink(input) {
  var decoded = maker(input.bytes);
  return { data: decoded };
}
function Decode(fPort, bytes) { return maker(bytes); }
function Decoder(bytes, port) { return maker(bytes); }
function maker(bytes) {
  var decoded = {};
  for (var i = 0; i < bytes.length; ) {
    var channel = bytes[i++], type = bytes[i++];
    if (channel === 0x01 && type === 0x75) { decoded.battery = bytes[i]; i += 1; }
    else if (channel === 0x03 && type === 0x67) { decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10; i += 2; }
    else if (channel === 0x04 && type === 0x68) { decoded.humidity = bytes[i] / 2; i += 1; }
    else if (channel === 0x05 && type === 0x00) { decoded.door = bytes[i] === 0 ? "closed" : "open"; i += 1; }
    else break;
  }
  return decoded;
}
function readUInt16LE(bytes) { return ((bytes[1] << 8) + bytes[0]) & 0xffff; }
function readInt16LE(bytes) { var ref = readUInt16LE(bytes); return ref > 0x7fff ? ref - 0x10000 : ref; }`,
    comes: { hex: "01 75 64  03 67 10 01  04 68 71", port: 85 },
    stored: { node: { BATTERY: 100, TEMPERATURE: 27.2, HUMIDITY: 56.5 } },
  },
  {
    name: "an object with decode(msg), values with unit and name beside them",
    code: `
var decentlab_decoder = {
  PROTOCOL_VERSION: 2,
  SENSORS: [
    { length: 1, values: [{ name: "soil_moisture", displayName: "Soil moisture", convert: function (x) { return x[0] / 10; }, unit: "%" }] },
    { length: 1, values: [{ name: "battery", displayName: "Battery voltage", convert: function (x) { return x[0] / 1000; }, unit: "V" }] },
  ],
};
function Decoder(bytes, port) {
  var at = 1, result = {};
  if (bytes[0] !== decentlab_decoder.PROTOCOL_VERSION) return { error: "protocol version " + bytes[0] };
  decentlab_decoder.SENSORS.forEach(function (sensor) {
    var x = [];
    for (var j = 0; j < sensor.length; j++, at += 2) x.push((bytes[at] << 8) + bytes[at + 1]);
    sensor.values.forEach(function (v) {
      result[v.name] = { displayName: v.displayName, value: v.convert(x), unit: v.unit };
    });
  });
  return result;
}`,
    comes: { hex: "02 0105 0b54", port: 1 },
    stored: { node: { BATTERY: 2.9 } },
    suggested: ["SOIL_MOISTURE"],
  },
  {
    name: "module.exports, strict, a class, and the time of the uplink",
    code: `
"use strict";
class Reader {
  constructor(bytes) { this.view = new DataView(Uint8Array.from(bytes).buffer); this.at = 0; }
  float() { const value = this.view.getFloat32(this.at, true); this.at += 4; return value; }
}
module.exports = {
  decodeUplink: ({ bytes, recvTime }) => {
    const reader = new Reader(bytes);
    return { data: { temperature: reader.float(), note: recvTime.toISOString() } };
  },
};`,
    comes: { hex: "0000 ac41", port: 1 },
    stored: { node: { TEMPERATURE: 21.5, NOTE: "2026-03-01T12:00:00.000Z" } },
  },
  {
    name: "an ES module with Buffer, as ChirpStack 4 runs it",
    code: `
${IMPORT} { Buffer } from "buffer";

export function decodeUplink(input) {
  const frame = Buffer.from(input.bytes);
  return { data: { counter: frame.readUInt16BE(0), note: frame.slice(2).toString("ascii") } };
}`,
    comes: { hex: "0102 6f6b", port: 1 },
    stored: { node: { COUNTER: 258, NOTE: "ok" } },
  },
  {
    name: "driver.decodeUplink, as drivers of device catalogues are laid out",
    code: `
var driver = (function () {
  function decodeUplink(input) { return { data: { temperature: input.bytes.shift() } }; }
  return { decodeUplink: decodeUplink };
})();`,
    comes: { hex: "17", port: 1 },
    stored: { node: { TEMPERATURE: 23 } },
  },
  {
    name: "old code: undeclared variables, octal numbers, and what it keeps is forgotten",
    code: `
count = typeof count == "undefined" ? 0 : count;
function Decoder(bytes, port) {
  count = count + 1;
  for (i = 0; i < bytes.length; i++) last = bytes[i] & 017;
  return { temperature: last, counter: count };
}`,
    comes: { hex: "ff1a", port: 1 },
    stored: { node: { TEMPERATURE: 10, COUNTER: 1 } },
    twice: true,
  },
  {
    name: "a script with an error in it: its line is in the log, and nothing is stored",
    code: `
function Decoder(bytes, port) {
  var value = bytes[0];
  return [{ field: "TEMPERATURE", value: valeu }];
}`,
    comes: { hex: "17", port: 1 },
    stored: { node: {} },
    error: "valeu",
    line: 4,
  },
  {
    name: "configurationValues and the last measurements",
    code: `
function Decoder(bytes, port) {
  var before = measurements.TEMPERATURE ? measurements.TEMPERATURE.value : 0;
  return { temperature: before + bytes[0], level: configurationValues.depth - bytes[0] };
}`,
    comes: { hex: "02", port: 1 },
    stored: { node: { TEMPERATURE: 2, LEVEL: 2 } },
  },
];
