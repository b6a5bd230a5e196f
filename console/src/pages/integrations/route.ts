import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { workspaceRoute } from "../../routes/index.ts";
import type { Text } from "../../text/index.ts";
import { webhookSearch } from "./search.ts";

const above = (t: Text, { workspace = "" }: Readonly<Record<string, string>>) => ({
  to: `/w/${workspace}/integrations`,
  text: t.frame.integrations,
});

export const integrationsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "integrations",
  staticData: { crumb: (t) => t.frame.integrations },
  // a webhook's calls once stood here: links that were kept still lead to them
  beforeLoad: ({ search, params: { workspace } }) => {
    const { webhook } = search as { readonly webhook?: unknown }; // the address as it was typed
    if (typeof webhook === "number" && Number.isInteger(webhook))
      throw redirect({
        to: "/w/$workspace/integrations/webhooks/$webhook",
        params: { workspace, webhook: String(webhook) },
      });
  },
  component: lazyRouteComponent(() => import("./integrations-page.tsx"), "IntegrationsPage"),
});

export const newWebhookRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "integrations/webhooks/new",
  staticData: { crumb: (t) => t.webhook.create, above },
  component: lazyRouteComponent(() => import("./new-webhook-page.tsx"), "NewWebhookPage"),
});

export const webhookRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "integrations/webhooks/$webhook",
  validateSearch: webhookSearch,
  staticData: { crumb: (_, { webhook = "" }) => webhook, above },
  component: lazyRouteComponent(() => import("./webhook-page.tsx"), "WebhookPage"),
});

export const networkRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "integrations/networks/$network",
  staticData: { crumb: (_, { network = "" }) => network, above },
  component: lazyRouteComponent(() => import("./network-page.tsx"), "NetworkPage"),
});
