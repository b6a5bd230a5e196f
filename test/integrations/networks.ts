import { createHash } from "node:crypto";

/** Network servers of the loopback that take downlinks as the real ones do: what their APIs do not allow they refuse. */

/** A downlink as a network has taken it. */
export interface Taken {
  readonly network: string;
  /** Of the device: its EUI, or the id that the network has for it. */
  readonly device: string;
  readonly hex: string;
  readonly port: number;
  readonly confirmed: boolean;
  readonly replaced: boolean;
  /** What the sender calls it, where it says so. */
  readonly reference: string | null;
  /** What the network calls it. */
  readonly id: string;
}
type Refused = { readonly status: number; readonly body: string; readonly headers?: Record<string, string> };
type Answered =
  | { readonly taken: Taken; readonly body: string | Uint8Array<ArrayBuffer>; readonly type: string }
  | Refused;

/** Keys, by network. */
export const KEYS = {
  tti: "NNSXS.KEY",
  chirpstack: "cs-key",
  chirpstack_rest: "rest-key",
  chirpstack_v3: "v3-key",
  loriot: "loriot-key",
  actility: "46ab678cd45df4a4e4b375eacd096acc",
  http: "Bearer api-key",
} as const;

const JSON_TYPE = "application/json";
const deny = (status: number, message: string): Refused => ({ status, body: JSON.stringify({ code: 7, message }) });
const hexOf = (base64: unknown) => Buffer.from(String(base64), "base64").toString("hex");

interface Came {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Buffer;
}
const json = ({ body }: Came) => JSON.parse(body.toString()) as Record<string, unknown>;

function tti({ method, url, headers, body }: Came, id: string): Answered {
  const path =
    /^\/api\/v3\/as\/applications\/house\/webhooks\/fieldcast\/devices\/([a-z0-9-]+)\/down\/(push|replace)$/.exec(
      url.pathname,
    );
  if (method !== "POST" || path === null) return deny(404, "error:pkg/rpcmetadata:not_found (not found)");
  if (headers.get("Authorization") !== `Bearer ${KEYS.tti}`)
    return deny(403, "error:pkg/auth:insufficient_rights (insufficient rights)");
  if (headers.get("Content-Type") !== JSON_TYPE) return deny(400, "no JSON");
  const [one, ...others] = (JSON.parse(body.toString()) as { downlinks: Record<string, unknown>[] }).downlinks;
  if (one === undefined || others.length > 0) return deny(400, "one downlink was expected");
  const allowed = ["f_port", "frm_payload", "confirmed", "priority", "correlation_ids"];
  const unknown = Object.keys(one).filter((key) => !allowed.includes(key));
  if (unknown.length > 0) return deny(400, `unknown field ${unknown}`);
  const [reference = null] = one.correlation_ids as string[];
  const taken = {
    network: "tti",
    device: path[1] ?? "",
    hex: hexOf(one.frm_payload),
    port: Number(one.f_port),
    confirmed: one.confirmed === true,
    replaced: path[2] === "replace",
    reference,
    id,
  };
  return { taken, body: "{}", type: JSON_TYPE };
}

/** A gRPC-Web frame. */
function frame(flags: number, bytes: Uint8Array | string): Buffer {
  const part = Buffer.from(bytes as string);
  const head = Buffer.alloc(5);
  head.writeUInt8(flags);
  head.writeUInt32BE(part.length, 1);
  return Buffer.concat([head, part]);
}
/** Fields of a message of protocol buffers: numbers and bytes. */
function fieldsOf(bytes: Buffer): Map<number, number | Buffer> {
  const fields = new Map<number, number | Buffer>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) fields.set(tag >> 3, varint());
    else {
      const length = varint();
      fields.set(tag >> 3, bytes.subarray(at, at + length));
      at += length;
    }
  }
  return fields;
}
function chirpstack({ method, url, headers, body }: Came, id: string): Answered {
  const type = "application/grpc-web+proto";
  const status = (code: number, message: string): Refused => ({
    status: 200,
    body: "",
    headers: { "Content-Type": type, "grpc-status": String(code), "grpc-message": encodeURIComponent(message) },
  });
  if (method !== "POST" || url.pathname !== "/api.DeviceService/Enqueue") return status(12, "unimplemented");
  if (headers.get("Content-Type") !== type || headers.get("X-Grpc-Web") !== "1") return { status: 415, body: "" };
  if (headers.get("Authorization") !== `Bearer ${KEYS.chirpstack}`) return status(16, "invalid token");
  if (body.readUInt8(0) !== 0 || body.readUInt32BE(1) !== body.length - 5) return status(13, "frame");
  const request = fieldsOf(body.subarray(5));
  const item = fieldsOf(request.get(1) as Buffer);
  const devEui = (item.get(2) as Buffer).toString();
  if (devEui === "ffffffffffffffff") return status(5, "Object does not exist (id: ffffffffffffffff)");
  const taken = {
    network: "chirpstack",
    device: devEui,
    hex: (item.get(5) as Buffer).toString("hex"),
    port: Number(item.get(4)),
    confirmed: item.get(3) === 1,
    replaced: request.get(2) === 1,
    reference: null,
    id,
  };
  const message = Buffer.concat([Buffer.from([0x0a, id.length]), Buffer.from(id)]);
  return { taken, body: new Uint8Array(Buffer.concat([frame(0, message), frame(0x80, "grpc-status:0\r\n")])), type };
}

/** The REST proxy and version 3, which differ in names. */
function rest(
  came: Came,
  id: string,
  network: "chirpstack_rest" | "chirpstack_v3",
  state: { flushed: boolean },
): Answered {
  const { method, url, headers } = came;
  const path = /^\/api\/devices\/([0-9a-f]{16})\/queue$/.exec(url.pathname);
  if (path === null) return deny(404, "Not Found");
  if (headers.get("Grpc-Metadata-Authorization") !== `Bearer ${KEYS[network]}`)
    return deny(401, "authentication failed");
  if (method === "DELETE" && network === "chirpstack_v3") {
    state.flushed = true;
    return { status: 200, body: "{}" };
  }
  const { queueItem, deviceQueueItem, flushQueue } = json(came);
  const item = (network === "chirpstack_v3" ? deviceQueueItem : queueItem) as Record<string, unknown>;
  const replaced = network === "chirpstack_v3" ? state.flushed : flushQueue === true;
  state.flushed = false;
  const taken = {
    network,
    device: path[1] ?? "",
    hex: hexOf(item.data),
    port: Number(item.fPort),
    confirmed: item.confirmed === true,
    replaced,
    reference: null,
    id: network === "chirpstack_v3" ? "17" : id,
  };
  return { taken, body: JSON.stringify(network === "chirpstack_v3" ? { fCnt: 17 } : { id }), type: JSON_TYPE };
}

function helium(came: Came, id: string): Answered {
  const { method, url } = came;
  const path = /^\/api\/v1\/down\/int-1\/secret\/(.+)$/.exec(url.pathname);
  if (method !== "POST" || path === null) return deny(404, "Not Found");
  const { payload_raw: payload, port, confirmed } = json(came);
  const taken = {
    network: "helium",
    device: path[1] ?? "",
    hex: hexOf(payload),
    port: Number(port),
    confirmed: confirmed === true,
  };
  return { taken: { ...taken, replaced: false, reference: null, id }, body: "Downlink scheduled", type: "text/plain" };
}

function loriot(came: Came, _: string): Answered {
  if (came.method !== "POST" || came.url.pathname !== "/1/rest") return deny(404, "Not Found");
  if (came.headers.get("Authorization") !== `Bearer ${KEYS.loriot}`) return deny(401, "Invalid token");
  const { cmd, EUI, port, confirmed, data, appid } = json(came);
  if (cmd !== "tx" || appid !== "BE7A0001")
    return { status: 200, body: JSON.stringify({ cmd, error: "Application not found" }) };
  const taken = {
    network: "loriot",
    device: String(EUI),
    hex: String(data).toLowerCase(),
    port: Number(port),
    confirmed: confirmed === true,
  };
  return {
    taken: { ...taken, replaced: false, reference: null, id: "8" },
    body: JSON.stringify({ cmd, EUI, seqdn: 8, success: "Data enqueued" }),
    type: JSON_TYPE,
  };
}

function actility({ method, url }: Came, id: string): Answered {
  if (method !== "POST" || url.pathname !== "/thingpark/lrc/rest/downlink") return { status: 404, body: "Not found" };
  const [signed = "", token] = url.search.slice(1).split("&Token=");
  const expected = createHash("sha256")
    .update(signed + KEYS.actility)
    .digest("hex");
  if (token !== expected) return { status: 401, body: "<html><body>Security check failed: token</body></html>" };
  const query = new URLSearchParams(signed);
  const age = Math.abs(Date.now() - Date.parse(query.get("Time") ?? ""));
  if (!(age < 60_000) || query.get("AS_ID") !== "TWA_1.2.AS")
    return { status: 350, body: "Security check failed: time" };
  const taken = {
    network: "actility",
    device: query.get("DevEUI") ?? "",
    hex: (query.get("Payload") ?? "").toLowerCase(),
    port: Number(query.get("FPort")),
    confirmed: query.get("Confirmed") === "1",
    replaced: query.get("FlushDownlinkQueue") === "1",
    reference: query.get("CorrelationID"),
    id,
  };
  return { taken, body: "<html><body>Request queued by LRC</body></html>", type: "text/html" };
}

function http(came: Came, id: string): Answered {
  const path = /^\/v1\/devices\/([^/]+)\/mode$/.exec(came.url.pathname);
  if (came.method !== "PUT" || path === null) return deny(404, "Not Found");
  if (came.headers.get("Authorization") !== KEYS.http) return deny(401, "no key");
  const taken = { network: "http", device: path[1] ?? "", hex: came.body.toString("hex"), port: 0, confirmed: false };
  return {
    taken: { ...taken, replaced: false, reference: came.url.searchParams.get("by"), id },
    body: "",
    type: "text/plain",
  };
}

/** All of them behind one port, each below its name: `http://127.0.0.1:<port>/<network>/…`. */
export function playNetworks() {
  const taken: Taken[] = [];
  /** Requests that are answered with 503 first. */
  const away = { times: 0 };
  /** Each waits for it before it is taken. */
  const gate = { wait: null as Promise<void> | null };
  let asked = 0;
  const flushed = { chirpstack_rest: { flushed: false }, chirpstack_v3: { flushed: false } };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      asked++;
      const url = new URL(request.url);
      const [, network = ""] = url.pathname.split("/");
      url.pathname = url.pathname.slice(network.length + 1);
      const came = {
        method: request.method,
        url,
        headers: request.headers,
        body: Buffer.from(await request.arrayBuffer()),
      };
      if (gate.wait !== null) await gate.wait;
      if (away.times > 0) {
        away.times--;
        return new Response("no upstream", { status: 503 });
      }
      const id = `item-${taken.length + 1}`;
      const players: Record<string, () => Answered> = {
        tti: () => tti(came, id),
        chirpstack: () => chirpstack(came, id),
        chirpstack_rest: () => rest(came, id, "chirpstack_rest", flushed.chirpstack_rest),
        chirpstack_v3: () => rest(came, id, "chirpstack_v3", flushed.chirpstack_v3),
        helium: () => helium(came, id),
        loriot: () => loriot(came, id),
        actility: () => actility(came, id),
        http: () => http(came, id),
      };
      const answered = players[network]?.() ?? deny(404, "no such network");
      if (!("taken" in answered)) return new Response(answered.body, answered);
      taken.push(answered.taken);
      return new Response(answered.body, { headers: { "Content-Type": answered.type } });
    },
  });
  const at = (network: string) => `http://127.0.0.1:${server.port}/${network}`;
  return { at, taken, away, gate, asked: () => asked, stop: () => server.stop(true) };
}
