import { z } from "zod";
import { alertsOf, maySee } from "../../admin/alerts.ts";
import { showAlert, showNotification } from "../../admin/alert-shown.ts";
import type { Asker } from "../../admin/actor.ts";
import { authenticate, stillListens } from "../kit/access.ts";
import type { Handler, HttpDeps } from "../deps.ts";
import { checked, parametersOf } from "../history/query-request.ts";
import { openOr, type Streams, streamAnswer } from "./streams.ts";

const liveRequest = z.strictObject({ workspace: z.string().max(64).optional() });

/** `GET /api/v1/alerts/live`: each change of an alert, and each notification, as Server-Sent Events. */
export function alertsLive(
  deps: HttpDeps,
  streams: Streams,
  workspaceOf: (asker: Asker<HttpDeps>, slug: string) => number,
): Handler {
  return (c) => {
    const principal = authenticate(deps, c);
    const { workspace } = checked(liveRequest, parametersOf(c), "parameter");
    const only = workspace === undefined ? null : workspaceOf({ deps, who: { principal } }, workspace);
    // a stream that nobody reads would stay open
    if (c.req.raw.method === "HEAD") return new Response(null, { headers: { "Content-Type": "text/event-stream" } });
    let lost = 0;
    const push = (name: string, data: object): void => {
      deps.metrics.streamEvents++;
      if (lost === 0 && stream.push(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)) return;
      lost++;
      deps.metrics.streamEventsLost++;
    };
    const wants = (one: { readonly workspace: number; readonly device: number }) =>
      (only === null || one.workspace === only) && maySee(deps, principal, one);
    const stop = alertsOf(deps).watch({
      alert: (alert) => wants(alert) && push("alert", showAlert(deps, alert)),
      notification: (one) => wants(one) && push("notification", showNotification(deps, one)),
    });
    const stream = openOr(stop, () =>
      streams.start(
        principal,
        () => stillListens(deps, c),
        () => ": still here\n\n",
        stop,
      ),
    );
    stream.taken = () => {
      if (lost === 0) return "";
      const text = `event: lost\ndata: ${JSON.stringify({ events: lost })}\n\n`;
      lost = 0;
      return text;
    };
    stream.push("retry: 2000\n\n");
    return streamAnswer(stream);
  };
}
