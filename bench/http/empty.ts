/** `empty.ts own|platform PORT`: a handler that reads the body and answers like a record, and does nothing else. */
import { listenWeb } from "../../src/listen/web.ts";
import { Places } from "../../src/listen/web/places.ts";
import { say } from "../program.ts";

const [kind, port] = process.argv.slice(2);
const headers = { "Content-Type": "application/json; charset=utf-8" };
async function answer(request: Request): Promise<Response> {
  const { byteLength } = await request.arrayBuffer();
  return new Response(`{"ok":true,"recorded":${Math.min(byteLength, 1)}}`, { headers });
}

if (kind === "own") {
  const limits = { maxHttpConnections: 10_000, maxHeldBytes: 1e9, isFull: () => false, onFull: () => {} };
  listenWeb(
    {
      hostname: "127.0.0.1",
      port: Number(port),
      tls: null,
      maxBody: 1e6,
      maxPacket: 1e6,
      http: answer,
      onError: (error) => say(String(error)),
      onRefused: () => {},
      trusts: () => false,
      ownNames: new Set(),
      places: new Places(limits),
    },
    () => null,
  );
} else Bun.serve({ hostname: "127.0.0.1", port: Number(port), fetch: answer, development: false });
process.stdout.write("ready\n");
