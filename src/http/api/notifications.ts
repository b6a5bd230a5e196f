import { z } from "zod";
import { alertsOf, maySee } from "../../admin/alerts.ts";
import { showNotification } from "../../admin/alert-shown.ts";
import { findWorkspace as workspaceSlug } from "../../admin/find.ts";
import { alertsLive } from "../events/alerts.ts";
import { notification } from "./alert-shape.ts";
import { findWorkspace } from "./find.ts";
import { newestFirst, PAGE_QUERY, pageOf } from "./paging.ts";
import { type AnyOperation, type Handled, route } from "./route.ts";

/** What rules tell people in the console, and alerts as they change. */

export const NOTIFICATIONS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/notifications",
    id: "listNotifications",
    tag: "Alerts",
    summary: "List notifications",
    description:
      "What rules told people in the console, newest first; the last 500 of a workspace. Who may view the device sees it.",
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(notification),
    refusals: ["not_available"],
    find: findWorkspace,
    run: async (call) => {
      const { deps, found, query, who } = call;
      const { items, next } = await newestFirst(query, ({ before, limit }) =>
        alertsOf(deps).notified(found.uid, before, limit),
      );
      const seen = items.filter((one) => maySee(deps, who.principal, one));
      return { body: { items: seen.map((one) => showNotification(deps, one)), next } };
    },
  }),
];

/** The same as it comes. */
export const ALERT_STREAMS: readonly Handled[] = [
  {
    described: {
      method: "get",
      path: "/alerts/live",
      id: "streamAlerts",
      tag: "Alerts",
      summary: "Stream alerts as they come",
      description:
        "Each change of an alert and each notification that you may see from now on, as Server-Sent Events: `alert` and `notification`, with what the lists " +
        "have; `lost` with how many were too many for the reader.",
      query: z.strictObject({
        workspace: z.string().max(64).optional().meta({ description: "Slug: only of this workspace." }),
      }),
      result: z.string(),
      contents: ["text/event-stream"],
      onlyThese: true,
      refusals: ["not_found", "quota_exceeded"],
    },
    handler: ({ deps, streams }) => alertsLive(deps, streams, (asker, slug) => workspaceSlug(asker, slug).uid),
  },
];
