import { createHash } from "node:crypto";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DOWNLINK_NETWORKS, isAbout, namesOf, settingsOf } from "./index.ts";
import {
  type Built,
  type Learnt,
  type LoraDownlink,
  type NetworkSettings,
  NETWORK_TYPES,
  NOTHING_LEARNT,
  type Verdict,
  type WireRequest,
} from "./types.ts";
import { base64Of, hexOf } from "./wire.ts";

const NOW = Date.UTC(2026, 10, 29, 12, 0, 0, 5);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const NOTHING_SET: NetworkSettings = { server: null, application: null, webhook: null, key: null };
const DOWNLINK: LoraDownlink = {
  reference: "00ab12cd34ef5678",
  devEui: "a840416b61821234",
  bytes: Uint8Array.of(1, 0, 255),
  port: 2,
  confirmed: false,
  replace: false,
};

type Lora = keyof typeof DOWNLINK_NETWORKS;
function build(
  type: Lora,
  settings: Partial<NetworkSettings>,
  more: Partial<LoraDownlink> = {},
  learnt: Partial<Learnt> = {},
): Built {
  const given = { ...NOTHING_SET, ...settings };
  return DOWNLINK_NETWORKS[type].build(
    given,
    { ...NOTHING_LEARNT, ...learnt },
    { ...DOWNLINK, ...more },
    { now: NOW, sha256 },
  );
}
function requests(built: Built): readonly WireRequest[] {
  if ("problem" in built) throw new Error(built.problem);
  return built.requests;
}
function only(built: Built): WireRequest {
  const [first, ...others] = requests(built);
  if (first === undefined || others.length > 0) throw new Error("not one request");
  return first;
}
const json = ({ body }: WireRequest): unknown => JSON.parse(String(body));
function read(type: Lora, status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Verdict {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return DOWNLINK_NETWORKS[type].read({ status, headers: new Headers(headers), body: bytes });
}
const accepted = (...ids: string[]): Verdict => ({ is: "accepted", ids });
const refused = (reason: string): Verdict => ({ is: "refused", reason });
const later = (reason: string, seconds: number | null = null): Verdict => ({ is: "later", reason, seconds });

describe("The Things Stack", () => {
  const set = {
    server: "https://eu1.cloud.thethings.network/",
    application: "my-app",
    webhook: "fieldcast",
    key: "NNSXS.X",
  };
  test("push, with our reference as a correlation id", () => {
    const request = only(build("tti", set, {}, { deviceId: "sensor-1" }));
    expect(request).toMatchObject({
      method: "POST",
      url: "https://eu1.cloud.thethings.network/api/v3/as/applications/my-app/webhooks/fieldcast/devices/sensor-1/down/push",
      headers: { Authorization: "Bearer NNSXS.X", "Content-Type": "application/json" },
    });
    expect(json(request)).toEqual({
      downlinks: [
        {
          f_port: 2,
          frm_payload: "AQD/",
          confirmed: false,
          priority: "NORMAL",
          correlation_ids: ["fieldcast:00ab12cd34ef5678"],
        },
      ],
    });
  });
  test("replace, confirmed", () => {
    const request = only(build("tti", set, { replace: true, confirmed: true }, { deviceId: "sensor-1" }));
    expect(request.url).toEndWith("/devices/sensor-1/down/replace");
    expect(json(request)).toMatchObject({ downlinks: [{ confirmed: true }] });
  });
  test("the webhook's own downlink address, when no key is set up, and to the server of the network alone", () => {
    const base = "https://eu1.cloud.thethings.network/api/v3/as/applications/a/webhooks/w/devices/d/down";
    const learnt = { push: `${base}/push`, replace: `${base}/replace`, apiKey: "NNSXS.H" };
    const bare = { server: set.server };
    expect(only(build("tti", bare, {}, learnt))).toMatchObject({
      url: `${base}/push`,
      headers: { Authorization: "Bearer NNSXS.H" },
    });
    expect(only(build("tti", bare, { replace: true }, learnt)).url).toBe(`${base}/replace`);
    expect(build("tti", { server: "https://elsewhere.example" }, {}, learnt)).toMatchObject({
      problem: expect.any(String),
    });
  });
  test("what is missing is named", () => {
    const problem = (without: string, learnt: Partial<Learnt> = { deviceId: "d" }) =>
      build("tti", { ...set, [without]: null }, {}, learnt);
    for (const setting of ["server", "application", "webhook", "key"])
      expect(problem(setting)).toEqual({ problem: expect.stringContaining(`has no ${setting}:`) });
    expect(problem("none", {})).toEqual({ problem: expect.stringContaining("comes with the first uplink") });
  });
  test("answers", () => {
    expect(read("tti", 200, "")).toEqual(accepted());
    expect(read("tti", 406, "")).toEqual(refused("HTTP 406: the webhook is paused there"));
    const body = JSON.stringify({
      code: 7,
      message: "error:pkg/auth:insufficient_rights (insufficient rights)",
      details: [],
    });
    expect(read("tti", 403, body)).toEqual(
      refused("HTTP 403: error:pkg/auth:insufficient_rights (insufficient rights)"),
    );
    expect(read("tti", 429, "{}", { "Retry-After": "7" })).toEqual(later("HTTP 429: {}", 7));
    expect(read("tti", 503, "<html><body>  no\nupstream </body></html>")).toEqual(later("HTTP 503: no upstream"));
  });
});

describe("ChirpStack", () => {
  const set = { server: "https://cs.example:8080", key: "k1" };
  test("version 4: a gRPC-Web frame, byte by byte", () => {
    const request = only(build("chirpstack", set));
    expect(request).toMatchObject({
      method: "POST",
      url: "https://cs.example:8080/api.DeviceService/Enqueue",
      headers: { Authorization: "Bearer k1", "Content-Type": "application/grpc-web+proto", "X-Grpc-Web": "1" },
    });
    // 1: {2: dev_eui, 4: 2, 5: 01 00 ff}
    const eui = Buffer.from("a840416b61821234").toString("hex");
    expect(Buffer.from(request.body as Uint8Array).toString("hex")).toBe(`000000001b0a19${"1210"}${eui}20022a030100ff`);
  });
  test("version 4: confirmed, and in place of what is queued", () => {
    const { body } = only(
      build("chirpstack", set, { confirmed: true, replace: true, port: 200, bytes: new Uint8Array(130) }),
    );
    const hex = Buffer.from(body as Uint8Array).toString("hex");
    // 3: true, 4: 200 as two bytes, 5: 130 bytes; then 2 of the request
    expect(hex).toContain("180120c8012a8201");
    expect(hex).toEndWith("1001");
    expect(Buffer.from(body as Uint8Array).readUInt32BE(1)).toBe((body as Uint8Array).length - 5);
  });
  const frame = (flags: number, bytes: Uint8Array | string) => {
    const part = Buffer.from(bytes);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags);
    head.writeUInt32BE(part.length, 1);
    return Buffer.concat([head, part]);
  };
  const ID = "6d2ef3a5-4f0c-4f46-9f0e-1c1b9b4d7f5a";
  const message = Buffer.concat([Buffer.from([0x0a, ID.length]), Buffer.from(ID)]);
  test("version 4: the id in the answer, status in the trailers or in the headers", () => {
    const body = Buffer.concat([frame(0, message), frame(0x80, "grpc-status:0\r\n")]);
    expect(read("chirpstack", 200, body)).toEqual(accepted(ID));
    expect(read("chirpstack", 200, frame(0x80, "grpc-status:16\r\ngrpc-message:invalid%20token\r\n"))).toEqual(
      refused("gRPC status 16: invalid token"),
    );
    expect(read("chirpstack", 200, "", { "grpc-status": "5", "grpc-message": "Object does not exist" })).toEqual(
      refused("gRPC status 5: Object does not exist"),
    );
    expect(read("chirpstack", 200, "", { "grpc-status": "14" })).toEqual(later("gRPC status 14"));
    expect(read("chirpstack", 502, "Bad Gateway")).toEqual(later("HTTP 502: Bad Gateway"));
    expect(read("chirpstack", 200, "hello")).toMatchObject({
      is: "refused",
      reason: expect.stringContaining("not gRPC-Web"),
    });
  });
  test("broken frames and messages are read as far as they go, and never throw", () => {
    const whole = Buffer.concat([frame(0, message), frame(0x80, "grpc-status:0\r\n")]);
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.nat(255), (end, at, value) => {
        const bytes = Buffer.from(whole.subarray(0, end));
        if (at < end) bytes[at] = value;
        expect(["accepted", "refused", "later"]).toContain(read("chirpstack", 200, bytes).is);
      }),
    );
  });
  test("the REST proxy", () => {
    const request = only(build("chirpstack_rest", set, { confirmed: true }));
    expect(request).toMatchObject({
      method: "POST",
      url: "https://cs.example:8080/api/devices/a840416b61821234/queue",
      headers: { "Grpc-Metadata-Authorization": "Bearer k1", "Content-Type": "application/json" },
    });
    expect(json(request)).toEqual({ queueItem: { confirmed: true, fPort: 2, data: "AQD/" }, flushQueue: false });
    expect(read("chirpstack_rest", 200, JSON.stringify({ id: ID }))).toEqual(accepted(ID));
    expect(read("chirpstack_rest", 401, JSON.stringify({ code: 16, message: "unauthenticated" }))).toEqual(
      refused("HTTP 401: unauthenticated"),
    );
  });
  test("version 3: the queue is emptied by a request of its own, and the frame counter is the name", () => {
    const [flush, queue] = requests(build("chirpstack_v3", set, { replace: true }));
    expect(flush).toMatchObject({
      method: "DELETE",
      url: "https://cs.example:8080/api/devices/a840416b61821234/queue",
      body: null,
    });
    expect(flush?.headers).toEqual({ "Grpc-Metadata-Authorization": "Bearer k1" });
    expect(json(queue as WireRequest)).toEqual({ deviceQueueItem: { confirmed: false, fPort: 2, data: "AQD/" } });
    expect(requests(build("chirpstack_v3", set))).toHaveLength(1);
    expect(read("chirpstack_v3", 200, '{"fCnt":17}')).toEqual(accepted("fcnt:17"));
    expect(read("chirpstack_v3", 500, '{"error":"x","code":13}')).toEqual(later("HTTP 500: x"));
  });
});

describe("Helium, LORIOT, Actility", () => {
  test("Helium: to the address of the last uplink", () => {
    const push = "https://console.helium.com/api/v1/down/1/abc/def";
    const request = only(build("helium", {}, { confirmed: true }, { push }));
    expect(request).toMatchObject({ method: "POST", url: push, headers: { "Content-Type": "application/json" } });
    expect(json(request)).toEqual({ payload_raw: "AQD/", port: 2, confirmed: true });
    expect(only(build("helium", { server: "https://console.helium.com" }, {}, { push })).url).toBe(push);
    expect(build("helium", {})).toEqual({ problem: expect.stringContaining("comes with the first uplink") });
    expect(build("helium", { server: "https://other.example" }, {}, { push })).toEqual({
      problem: expect.stringContaining("does not lie on the network's server"),
    });
    expect(read("helium", 200, "Downlink scheduled")).toEqual(accepted());
    expect(read("helium", 404, "")).toEqual(refused("HTTP 404"));
  });
  test("LORIOT: an error comes with 200, too", () => {
    const request = only(
      build("loriot", { server: "https://eu1.loriot.io", application: "BE7A0001", key: "t" }, { confirmed: true }),
    );
    expect(request).toMatchObject({
      method: "POST",
      url: "https://eu1.loriot.io/1/rest",
      headers: { Authorization: "Bearer t" },
    });
    expect(json(request)).toEqual({
      cmd: "tx",
      EUI: "A840416B61821234",
      port: 2,
      confirmed: true,
      data: "0100FF",
      appid: "BE7A0001",
    });
    expect(read("loriot", 200, '{"cmd":"tx","seqdn":8,"success":"Data enqueued"}')).toEqual(accepted("8"));
    expect(read("loriot", 200, '{"cmd":"tx","error":"Device not found"}')).toEqual(refused("Device not found"));
    expect(read("loriot", 403, '{"error":"Invalid token"}')).toEqual(refused("HTTP 403: Invalid token"));
  });
  test("Actility: what is signed is what is sent", () => {
    const set = {
      server: "https://api.thingpark.com/thingpark/lrc/rest",
      application: "TWA_1.2.AS",
      key: "46ab678cd45df4a4",
    };
    const { method, url } = only(build("actility", set, { confirmed: true, replace: true }));
    expect(method).toBe("POST");
    const [address = "", query = ""] = url.split("?");
    expect(address).toBe("https://api.thingpark.com/thingpark/lrc/rest/downlink");
    const signed =
      "DevEUI=A840416B61821234&FPort=2&Payload=0100FF&Confirmed=1&FlushDownlinkQueue=1&CorrelationID=00AB12CD34EF5678" +
      "&AS_ID=TWA_1.2.AS&Time=2026-11-29T12:00:00.005Z";
    expect(query).toBe(`${signed}&Token=${sha256(`${signed}46ab678cd45df4a4`)}`);
    // the address goes out as it stands
    expect(new URL(url).href).toBe(url);
  });
  test("Actility without a key is not signed; its statuses say in words what is wrong", () => {
    const { url } = only(build("actility", { server: "https://tp.example/v2" }));
    expect(url).toBe(
      "https://tp.example/v2/downlink?DevEUI=A840416B61821234&FPort=2&Payload=0100FF&CorrelationID=00AB12CD34EF5678&Time=2026-11-29T12:00:00.005Z",
    );
    expect(build("actility", { server: "https://tp.example", key: "k" })).toEqual({
      problem: expect.stringContaining("has no application"),
    });
    expect(read("actility", 200, "<html><body>Request queued by LRC</body></html>")).toEqual(accepted());
    expect(read("actility", 350, "<html><body>Invalid DevEUI</body></html>")).toEqual(
      refused("HTTP 350: Invalid DevEUI"),
    );
    expect(read("actility", 401, "Security check failed: token mismatch")).toEqual(
      refused("HTTP 401: Security check failed: token mismatch"),
    );
  });
});

describe("all of them", () => {
  test("what a type needs is what its requests cannot be built without", () => {
    const all: NetworkSettings = { server: "https://n.example", application: "app", webhook: "hook", key: "key" };
    const learnt: Learnt = { deviceId: "d", push: "https://n.example/push", replace: null, apiKey: null };
    for (const type of NETWORK_TYPES) {
      const { needs, takes } = settingsOf(type);
      expect(needs.filter((one) => takes.includes(one))).toEqual([]);
      if (type === "http") continue;
      for (const setting of Object.keys(all) as (keyof NetworkSettings)[]) {
        const built = build(type, { ...all, [setting]: null }, {}, learnt);
        if (needs.includes(setting)) expect(built).toEqual({ problem: expect.stringContaining(setting) });
        // what goes with a key is not needed without one
        else if (!["actility", "tti"].includes(type)) expect(built).toHaveProperty("requests");
      }
    }
  });
  test("a report is about a downlink by our reference, by an id of the network, or by the frame counter", () => {
    const names = namesOf("00ab12cd34ef5678", ["6D2E", "fcnt:17"]);
    const report = (ids: string[], counter: number | null = null) => isAbout(names, { ids, counter });
    expect(report(["as:down:x", "fieldcast:00ab12cd34ef5678"])).toBe(true);
    expect(report(["00AB12CD34EF5678"])).toBe(true);
    expect(report(["6d2e"])).toBe(true);
    expect(report([], 17)).toBe(true);
    expect(report(["fieldcast:1111111111111111"], 18)).toBe(false);
    expect(report([])).toBe(false);
  });
  test("bytes as hexadecimal digits and base64 are those of the platform", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        expect(hexOf(bytes)).toBe(Buffer.from(bytes).toString("hex").toUpperCase());
        expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      }),
    );
  });
});
