import type { Built, DownlinkNetwork, LoraDownlink, NetworkSettings, WireRequest } from "./types.ts";
import { framed, judgedGrpc, Message, textIn } from "./grpc-web.ts";
import { base64Of, judgedStatus, missing, objectOf, under, wordsOf } from "./wire.ts";

/** The three ways into ChirpStack's queue of a device. */

/** Version 4 by its own API: gRPC-Web on the port of its web interface. The answer has the id of the queue item, which its events name. */
export const chirpstack: DownlinkNetwork = {
  title: "ChirpStack",
  needs: ["server", "key"],
  takes: [],
  acknowledges: true,
  build(settings, _, downlink) {
    return withAccess("ChirpStack", settings, (server, key) => {
      const item = new Message()
        .text(2, downlink.devEui)
        .flag(3, downlink.confirmed)
        .number(4, downlink.port)
        .raw(5, downlink.bytes)
        .end();
      const request = new Message().raw(1, item).flag(2, downlink.replace).end();
      const headers = {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/grpc-web+proto",
        Accept: "application/grpc-web+proto",
        "X-Grpc-Web": "1",
      };
      return [{ method: "POST", url: under(server, "/api.DeviceService/Enqueue"), headers, body: framed(request) }];
    });
  },
  read: (answer) =>
    judgedGrpc(answer, (message) => {
      const id = textIn(message, 1);
      return id === null ? [] : [id];
    }),
};

/** Version 4 behind its REST proxy. */
export const chirpstackRest: DownlinkNetwork = {
  title: "ChirpStack's REST proxy",
  needs: ["server", "key"],
  takes: [],
  acknowledges: true,
  build: (settings, _, downlink) =>
    withAccess("ChirpStack's REST proxy", settings, (server, key) => [
      queued(server, key, downlink.devEui, {
        queueItem: itemOf(downlink),
        flushQueue: downlink.replace,
      }),
    ]),
  read(answer) {
    const judged = judgedStatus(answer, wordsOf(answer, "message", "error"));
    if (judged !== null) return judged;
    const id = objectOf(answer.body)?.id;
    return { is: "accepted", ids: typeof id === "string" ? [id] : [] };
  },
};

/** Version 3, whose REST interface is built in. The answer has the frame counter, which is all that its events name. */
export const chirpstackV3: DownlinkNetwork = {
  title: "ChirpStack v3",
  needs: ["server", "key"],
  takes: [],
  acknowledges: true,
  build: (settings, _, downlink) =>
    withAccess("ChirpStack v3", settings, (server, key) => {
      const { devEui, replace } = downlink;
      const url = queueOf(server, devEui);
      const flush: WireRequest = { method: "DELETE", url, headers: bearer(key), body: null };
      const queue = queued(server, key, devEui, { deviceQueueItem: itemOf(downlink) });
      return replace ? [flush, queue] : [queue];
    }),
  read(answer) {
    const judged = judgedStatus(answer, wordsOf(answer, "message", "error"));
    if (judged !== null) return judged;
    const counter = objectOf(answer.body)?.fCnt;
    return { is: "accepted", ids: typeof counter === "number" ? [counterId(counter)] : [] };
  },
};

/** The name of a downlink of which a network tells the frame counter alone. */
export function counterId(counter: number): string {
  return `fcnt:${counter}`;
}

function withAccess(
  title: string,
  { server, key }: NetworkSettings,
  requests: (server: string, key: string) => readonly WireRequest[],
): Built {
  if (server === null) return missing(title, "server", "its address, as https://chirpstack.example.com:8080");
  if (key === null) return missing(title, "key", "an API key of the tenant");
  return { requests: requests(server, key) };
}
function queueOf(server: string, devEui: string): string {
  return under(server, `/api/devices/${devEui}/queue`);
}
function bearer(key: string): Record<string, string> {
  return { "Grpc-Metadata-Authorization": `Bearer ${key}` };
}
function queued(server: string, key: string, devEui: string, body: object): WireRequest {
  const headers = { ...bearer(key), "Content-Type": "application/json", Accept: "application/json" };
  return { method: "POST", url: queueOf(server, devEui), headers, body: JSON.stringify(body) };
}
function itemOf({ confirmed, port, bytes }: LoraDownlink): object {
  return { confirmed, fPort: port, data: base64Of(bytes) };
}
