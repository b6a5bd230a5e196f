import type { Handler, HttpDeps } from "./deps.ts";
import { jsonText } from "./kit/answer.ts";

/** `GET /healthz`: 200 once every listener is up and the store takes data, else 503: where to send clients. Needs no token. */
export function health({ ready }: Pick<HttpDeps, "ready">): Handler {
  return () => {
    if (ready()) return jsonText('{"status":"ok"}');
    const headers = { "Content-Type": "application/json; charset=utf-8", "Retry-After": "1" };
    return new Response('{"status":"unavailable"}', { status: 503, headers });
  };
}

/** `GET /livez`: 200 while the process answers at all, also while it stands by: whether to start it anew. */
export function livenessAnswer(): Response {
  return jsonText('{"status":"alive"}');
}
