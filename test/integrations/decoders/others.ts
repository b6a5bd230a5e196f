import type { Example } from "./types.ts";

/** Decoders of requests at the HTTP integration. */
export const REQUESTS: readonly Example[] = [
  {
    name: "Decoder(request): all keys of a JSON body, the serial in it",
    code: `
function Decoder(request) {
  var payload = JSON.parse(request.body);
  var out = [];
  for (var key in payload) {
    if (key === "serial") continue;
    out.push({ device: payload.serial, field: key.toUpperCase(), value: payload[key] });
  }
  return out;
}`,
    comes: { body: '{"serial":"S2","temperature":19.5,"door":false}' },
    stored: { other: { TEMPERATURE: 19.5, DOOR: false } },
  },
  {
    name: "Decoder(request): reports of many devices, each with hexadecimal bytes",
    code: `
function Decoder(request) {
  var reports = JSON.parse(request.body).reports, out = [];
  for (var r of reports) {
    var bytes = r.value.match(/../g).map(function (b) { return parseInt(b, 16); });
    var time = Math.floor(r.timestamp / 1000);
    out.push({ device: r.serialNumber, field: "TEMPERATURE", value: (bytes[0] * 256 + bytes[1]) / 100, timestamp: time });
    out.push({ device: r.serialNumber, field: "LOCATION", value: "(" + r.lat + "," + r.lon + ")", timestamp: time });
  }
  return out;
}`,
    comes: {
      body: JSON.stringify({
        reports: [
          { serialNumber: "S2", timestamp: 1772366390000, value: "083400", lat: 52.5, lon: 13.4 },
          { serialNumber: "S9", timestamp: 1772366390000, value: "0834ff", lat: 0, lon: 0 },
        ],
      }),
    },
    stored: { other: { TEMPERATURE: 21, LOCATION: { lat: 52.5, lng: 13.4 } } },
    suggested: ["S9"],
  },
  {
    name: "Decoder(request): parameters of the address",
    code: `
function Decoder(request) {
  if (request.method !== "POST") return [];
  return [{ device: request.GET.id[0], field: "temperature", value: Number(request.GET["t"][0]) }];
}`,
    comes: { body: "", query: "id=other&t=3.25" },
    stored: { other: { TEMPERATURE: 3.25 } },
  },
  {
    name: "Decoder(request): a form, and what devices are configured to",
    code: `
function Decoder(request) {
  var id = deviceSerialToId[request.POST.imei[0]];
  var depth = configurationValues[id].depth;
  return { device: id, level: depth - parseFloat(request.POST.distance[0]) };
}`,
    comes: { body: "imei=S2&distance=0.5", type: "application/x-www-form-urlencoded" },
    stored: { other: { LEVEL: 3.5 } },
  },
  {
    name: "Decoder(request): {data} without the rest, and a list of objects in it",
    code: `
function Decoder(request) {
  return { data: JSON.parse(request.body).map(([device, temperature]) => ({ device, temperature })) };
}`,
    comes: { body: '[["other",1],["node",2]]' },
    stored: { other: { TEMPERATURE: 1 }, node: { TEMPERATURE: 2 } },
  },
];

/** Decoders of messages of another broker. */
export const MESSAGES: readonly Example[] = [
  {
    name: "Decoder(topic, payload): the device by a table, fields by the kind of message",
    code: `
function Decoder(topic, payload) {
  var msg = JSON.parse(payload), device;
  if (msg.from === 1439117596) device = "node";
  else if (msg.from === 862525132) device = "S2";
  if (!device) return [];
  if (msg.type === "telemetry")
    return [
      { device: device, field: "TEMPERATURE", value: msg.payload.temperature },
      { device: device, field: "BATTERY", value: msg.payload.voltage },
    ];
  if (msg.type === "position")
    return [{ device: device, field: "LOCATION", value: "(" + msg.payload.latitude_i / 1e7 + "," + msg.payload.longitude_i / 1e7 + ")" }];
}`,
    comes: {
      topic: "msh/EU/2/json/LongFast/!55c7312c",
      payload: '{"from":862525132,"type":"position","payload":{"latitude_i":525000000,"longitude_i":134000000}}',
    },
    stored: { other: { LOCATION: { lat: 52.5, lng: 13.4 } } },
  },
  {
    name: "Decoder(topic, payload): base64 inside JSON, nothing returned for what it does not know",
    code: `
function Decoder(topic, payload) {
  if (!/\\/event\\/up$/.test(topic)) return;
  var up = JSON.parse(payload);
  var bytes = atob(up.data).split("").map(function (c) { return c.charCodeAt(0); });
  return [{ device: up.deviceName, field: "humidity", value: bytes[1] / 2 }];
}`,
    comes: { topic: "application/1/device/x/event/up", payload: '{"deviceName":"other","data":"FWQ="}' },
    stored: { other: { HUMIDITY: 50 } },
  },
  {
    name: "Decoder(topic, payload): the device in the topic, a plain number as payload",
    code: `
const Decoder = (topic, payload) => {
  const [, device, field] = topic.split("/");
  return { device, [field]: parseFloat(payload) };
};`,
    comes: { topic: "home/other/temperature", payload: "18.75" },
    stored: { other: { TEMPERATURE: 18.75 } },
  },
];
