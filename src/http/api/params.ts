import { PATTERN } from "../../fleet/rules.ts";
import type { Tag } from "./route.ts";

/** What the document says of groups of operations, and of the parameters of their addresses. */

/** Groups of operations, in the order of the document. */
export const TAGS: readonly (readonly [Tag, string])[] = [
  ["Workspaces", "What belongs together."],
  ["Members", "The users of a workspace, and their roles."],
  ["Users", "The people who can sign in, of all workspaces."],
  ["API users", "Accounts for programs and devices, each with rights of its own."],
  ["Tokens", "What API users log in with, over HTTP and MQTT."],
  ["Rights", "What an account may do, and why."],
  ["Products", "Kinds of devices."],
  ["Fields", "What the devices of a product measure."],
  ["Decoders", "Scripts that read what devices send."],
  ["Integrations", "How devices that speak otherwise reach a product."],
  ["Webhooks", "Addresses that are told of events."],
  ["Rules", "When something is so, something is done: conditions on what devices say, and what follows."],
  ["Alerts", "What rules found, and who looks after it."],
  ["Dashboards", "Pages of widgets, and links that show them to whoever has one."],
  ["External brokers", "Brokers elsewhere that messages are exchanged with."],
  ["Devices", "The devices themselves."],
  ["Downlinks", "What is sent to devices, and the networks that take it."],
  ["Measurements", "Current values, history, refusals; exporting and importing."],
  ["Audit log", "Who did what."],
  ["Events", "What clients and requests did: logins, refusals, connections."],
  ["Sessions", "MQTT clients and what waits for them."],
  ["Connection", "How devices and programs reach this server."],
  ["Instance", "The server itself: health, listeners, settings, storage, backups."],
  ["Authentication", "For people and their browsers: signing in and out, and links that work once."],
  ["Account", "What people who are signed in do with the own account. No token can do it."],
  ["Invitations", "Who may come into a workspace."],
];

const SLUG = { maxLength: 64, pattern: PATTERN.slug };
const NUMBER = { pattern: "^[0-9]{1,15}$" };
/**
 * What parameters of paths mean, and what they may look like. None may be empty, `.` or `..`, which would make the address that of
 * something else.
 */
export const PARAMS: Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>]>> = {
  workspace: ["Slug of the workspace.", SLUG],
  member: ["Number of the user.", NUMBER],
  user: ["Number of the user.", NUMBER],
  api_user: ["Number of the API user.", NUMBER],
  token: ["Number of the token.", NUMBER],
  session: ["Id of the browser's session, as the list has it.", { pattern: "^[A-Za-z0-9_-]+$" }],
  preference: ["Name of the preference.", { pattern: "^[a-z][a-z0-9._-]{0,63}$" }],
  email: ["E-mail address.", { pattern: "^[^@]+@[^@]+$", maxLength: 254 }],
  product: ["Slug of the product.", SLUG],
  field: ["Identifier of the field; upper or lower case.", { pattern: "^[A-Za-z0-9][A-Za-z0-9_]{0,63}$" }],
  client_session: ["Id of the MQTT session, as the list has it.", { pattern: "^[A-Za-z0-9_-]+$" }],
  backup: ["Name of the backup, as the list has it.", { pattern: "^fieldcast-[0-9]{8}T[0-9]{6}Z\\.tar$" }],
  configuration_field: [
    "Identifier of the configuration field, in its own upper and lower case.",
    { maxLength: 64, pattern: PATTERN.configurationId },
  ],
  version: ["Number of the decoder version.", NUMBER],
  node: ["Number of the node.", NUMBER],
  network: ["Name of the network.", SLUG],
  alert: ["Number of the alert.", NUMBER],
  downlink: ["Name of the product's downlink.", SLUG],
  device_downlink: ["Id of the downlink, as the list has it.", { pattern: "^[0-9a-f]{16}$" }],
  webhook: ["Number of the webhook.", NUMBER],
  rule: ["Number of the rule.", NUMBER],
  dashboard: ["Number of the dashboard.", NUMBER],
  share: ["Number of the link.", NUMBER],
  broker: ["Number of the external broker.", NUMBER],
  device: ["Id of the device, or its serial.", { maxLength: 64, pattern: PATTERN.deviceId }],
};
