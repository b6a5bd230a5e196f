import { USERS } from "./users.ts";
import { ALERTS } from "./alerts.ts";
import { API_USERS, TOKENS } from "./api-users.ts";
import { CONFIGURATION } from "./configuration.ts";
import { DECODERS } from "./decoders.ts";
import { DASHBOARDS } from "./dashboards.ts";
import { DEVICE_CONFIGURATION } from "./device-configuration.ts";
import { DEVICE_DOWNLINKS } from "./device-downlinks.ts";
import { CONNECTION } from "./connection.ts";
import { DEVICES } from "./devices.ts";
import { FIELDS } from "./fields.ts";
import { FLEET_NAMES } from "./fleet-names.ts";
import { INTEGRATIONS } from "./integrations.ts";
import { DOWNLINKS } from "./downlinks.ts";
import { NETWORKS } from "./networks.ts";
import { NETWORK_TESTS } from "./network-test.ts";
import { PRODUCTS } from "./products.ts";
import { RETENTION } from "./retention.ts";
import { ACCESS } from "./access.ts";
import { RIGHTS } from "./rights.ts";
import { BACKUPS } from "./backups.ts";
import { BROKERS } from "./brokers.ts";
import { IMPORTS } from "./import.ts";
import { STORAGE } from "./storage.ts";
import { INSTANCE } from "./instance.ts";
import { NODES } from "./nodes.ts";
import { REFUSALS } from "./refusals.ts";
import { PASSES } from "./passes.ts";
import { RULES } from "./rules.ts";
import { SHARES } from "./shares.ts";
import { SUGGESTIONS } from "./suggestions.ts";
import { SPARKPLUG } from "./sparkplug.ts";
import { SESSIONS } from "./sessions.ts";
import { VALUES } from "./values.ts";
import { WATCHING } from "./watching.ts";
import { WEBHOOKS } from "./webhooks.ts";
import { WORKSPACES } from "./workspaces.ts";
import type { AnyOperation } from "./route.ts";

/** Operations that a token may do, in the order of the document. */
export const OPERATIONS: readonly AnyOperation[] = [
  ...WORKSPACES,
  ...USERS,
  ...API_USERS,
  ...TOKENS,
  ...RIGHTS,
  ...ACCESS,
  ...PRODUCTS,
  ...FIELDS,
  ...FLEET_NAMES,
  ...DECODERS,
  ...CONFIGURATION,
  ...INTEGRATIONS,
  ...PASSES,
  ...SUGGESTIONS,
  ...WEBHOOKS,
  ...ALERTS,
  ...RULES,
  ...DASHBOARDS,
  ...SHARES,
  ...BROKERS,
  ...RETENTION,
  ...DEVICES,
  ...DEVICE_CONFIGURATION,
  ...SPARKPLUG,
  ...NETWORKS,
  ...NETWORK_TESTS,
  ...DOWNLINKS,
  ...DEVICE_DOWNLINKS,
  ...VALUES,
  ...REFUSALS,
  ...IMPORTS,
  ...WATCHING,
  ...SESSIONS,
  ...CONNECTION,
  ...INSTANCE,
  ...NODES,
  ...STORAGE,
  ...BACKUPS,
];
