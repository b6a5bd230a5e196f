import { z } from "zod";
import { alertsOf, maySee } from "../../admin/alerts.ts";
import { showAlert, showNotification } from "../../admin/alert-shown.ts";
import type { Asker } from "../../admin/actor.ts";
import { authenticate } from "../kit/access.ts";
import type { Handler, HttpDeps } from "../deps.ts";
import { checked, parametersOf } from "../history/query-request.ts";
import { countedStream } from "./counted.ts";
import type { Streams } from "./streams.ts";

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
    const wants = (one: { readonly workspace: number; readonly device: number }) =>
      (only === null || one.workspace === only) && maySee(deps, principal, one);
    return countedStream(deps, c, streams, principal, (push) =>
      alertsOf(deps).watch({
        alert: (alert) => wants(alert) && push("alert", showAlert(deps, alert)),
        notification: (one) => wants(one) && push("notification", showNotification(deps, one)),
      }),
    );
  };
}
