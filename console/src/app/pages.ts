import { alertsRoute } from "../pages/alerts/route.ts";
import { brokerRoute, brokersRoute } from "../pages/brokers/route.ts";
import { connectRoute } from "../pages/connect/route.ts";
import { accountRoute } from "../pages/account/route.ts";
import { accessRoute, apiUserRoute, memberRoute } from "../pages/access/route.ts";
import { dashboardRoute } from "../pages/dashboard/route.ts";
import { dashboardsRoute } from "../pages/dashboards/route.ts";
import { deviceRoute } from "../pages/device/route.ts";
import { devicesRoute } from "../pages/devices/route.ts";
import { homeRoute } from "../pages/home/route.ts";
import { importRoute } from "../pages/import/route.ts";
import { integrationsRoute, networkRoute, newWebhookRoute, webhookRoute } from "../pages/integrations/route.ts";
import { liveRoute } from "../pages/live/route.ts";
import { productRoute } from "../pages/product/route.ts";
import { productsRoute } from "../pages/products/route.ts";
import { newRuleRoute, ruleRoute, rulesRoute } from "../pages/rules/route.ts";
import { systemRoute } from "../pages/system/route.ts";
import { sharedRoute } from "../pages/shared/route.ts";
import { linkRoute, signInRoute } from "../pages/sign-in/route.ts";

/** Every page of the console. Whoever makes one enters its route here, and in nav.ts when it stands in the sidebar. */

/** For who is not signed in. */
export const OPEN_PAGES = [signInRoute, linkRoute, sharedRoute] as const;
/** Of the instance, and of who is signed in. */
export const PAGES = [accountRoute, systemRoute] as const;
/** Of a workspace. */
export const WORKSPACE_PAGES = [
  devicesRoute,
  deviceRoute,
  connectRoute,
  liveRoute,
  accessRoute,
  apiUserRoute,
  memberRoute,
  productsRoute,
  productRoute,
  importRoute,
  dashboardsRoute,
  dashboardRoute,
  integrationsRoute,
  newWebhookRoute,
  webhookRoute,
  networkRoute,
  brokersRoute,
  brokerRoute,
  alertsRoute,
  rulesRoute,
  newRuleRoute,
  ruleRoute,
  homeRoute,
] as const;
