import type { z } from "zod";
import { hostNames, networks, words } from "./lists.ts";
import {
  apiUser,
  count,
  duration,
  emailAddress,
  fileName,
  issuerUrl,
  onOff,
  originUrl,
  oneOf,
  smtpUrl,
  someText,
  topicLevel,
} from "./values.ts";
import {
  BUS,
  BUS_SECRET_FILE,
  CLUSTER,
  DATA_LOST_OK,
  NODE_URL,
  SQL,
  STANDBY,
  STORE,
  UNREPLICATED_OK,
} from "./store.ts";
import { tileUrl } from "./tiles.ts";
import { BACKUP_SETTINGS } from "./backups.ts";
import { INTEGRATION_SETTINGS } from "./integrations.ts";
import { bytes, file, KIB, listener, MIB, number, type Setting, setting, time } from "./setting.ts";

/** The largest packet that MQTT can express: 4 bytes of Remaining Length, and the fixed header [MQTT 2.1.4]. */
const LARGEST_PACKET = 268_435_460;
const WEEK_S = 7 * 24 * 3600;

/** Every setting, with the defaults of the wire contract (sections 1 and 9). */
export const SETTINGS = {
  data: setting({
    group: "storage",
    value: "DIR",
    schema: fileName(),
    fallback: "./data",
    description: "folder for everything that is stored",
  }),
  store: STORE,
  sql: SQL,
  standby: STANDBY,
  cluster: CLUSTER,
  bus: BUS,
  busSecretFile: BUS_SECRET_FILE,
  nodeUrl: NODE_URL,
  unreplicatedOk: UNREPLICATED_OK,
  apply: file("storage", "fleet file to apply at every start"),
  ...BACKUP_SETTINGS,
  inspectKeep: setting({
    group: "storage",
    value: "SECONDS",
    schema: duration("s", 0, 10 * 365 * 86_400),
    fallback: "7 d",
    description: "how long refusals, logins refused and connections are kept for the inspector; 0: not",
  }),
  auditKeep: setting({
    group: "storage",
    value: "SECONDS",
    schema: duration("s", 86_400, 100 * 365 * 86_400),
    fallback: "400 d",
    description: "how long the audit log is kept",
  }),

  sweepEvery: setting({
    group: "storage",
    value: "SECONDS",
    schema: duration("s", 10, 30 * 86_400),
    fallback: "1 d",
    description: "time from one sweep of what retention does not keep to the next",
  }),

  mqtt: listener("127.0.0.1:1883", "MQTT over plain TCP, unsecured"),
  mqtts: listener(":8883", "MQTT over TLS"),
  http: listener("127.0.0.1:8080", "HTTP and MQTT over WebSocket at /mqtt, unsecured"),
  https: listener(":8443", "HTTPS and MQTT over WebSocket at /mqtt"),
  wss: listener(":9001", "MQTT over WebSocket with TLS"),

  tlsCert: file("TLS", "PEM certificate (chain) of the TLS listeners; made by a local CA when absent"),
  tlsKey: file("TLS", "PEM private key of --tls-cert"),
  tlsName: setting({
    group: "TLS",
    value: "NAME",
    schema: hostNames(),
    fallback: "",
    description: "a further name or address for the certificate that is made",
    repeatable: true,
  }),

  tlsClientCa: file("TLS", "PEM authority of client certificates on --mqtts; a name (CN) is WORKSPACE/API USER"),
  tlsClientCertificates: setting({
    group: "TLS",
    value: "off|optional|required",
    schema: oneOf("off", "optional", "required"),
    fallback: "optional",
    description: "whether --mqtts asks clients for a certificate of --tls-client-ca",
  }),

  publicUrl: setting({
    group: "people",
    value: "URL",
    schema: originUrl(),
    fallback: null,
    description: "where browsers find this server, as https://cloud.example.com; links begin with it",
  }),
  mapTiles: setting({
    group: "people",
    value: "URL",
    schema: tileUrl(),
    fallback: null,
    description: "tiles for maps, as https://tiles.example.com/{z}/{x}/{y}.png; without it outlines alone",
  }),
  adminEmail: setting({
    group: "people",
    value: "EMAIL",
    schema: emailAddress(),
    fallback: null,
    description: "address of the owner that the first start makes (owner@localhost without it)",
  }),
  adminPasswordFile: file(
    "people",
    "file with that owner's password, set while there is none; no link is printed then",
  ),
  smtpUrl: setting({
    group: "people",
    value: "URL",
    secret: true,
    schema: smtpUrl(),
    fallback: null,
    description: "mail server for links, as smtp://user:password@host:587; better in the variable",
  }),
  mailFrom: setting({
    group: "people",
    value: "EMAIL",
    schema: emailAddress(),
    fallback: null,
    description: "address that mail comes from",
  }),
  oidcIssuer: setting({
    group: "people",
    value: "URL",
    schema: issuerUrl(),
    fallback: null,
    description: "OpenID Connect service where people can sign in, too, by its issuer's address",
  }),
  oidcClientId: setting({
    group: "people",
    value: "ID",
    schema: someText(),
    fallback: null,
    description: "what that service calls this server",
  }),
  oidcClientSecretFile: file("people", "file with the secret that it gave this server (first line)"),
  signInIdle: setting({
    group: "people",
    value: "SECONDS",
    schema: duration("s", 60, 400 * 86_400),
    fallback: "7 d",
    description: "time without a request after which a browser is signed out",
  }),
  signInLongest: setting({
    group: "people",
    value: "SECONDS",
    schema: duration("s", 60, 400 * 86_400),
    fallback: "30 d",
    description: "time after which it is signed out, whatever it does",
  }),
  maxInvitations: setting({
    group: "people",
    value: "N",
    schema: count(0, 100_000),
    fallback: "200",
    description: "invitations to one workspace that wait at the same time",
  }),
  maxSignIns: setting({
    group: "people",
    value: "N",
    schema: count(1, 10_000),
    fallback: "50",
    description: "browsers of one account that are signed in; then the one used least lately is signed out",
  }),

  proxyProtocol: setting({
    group: "listeners",
    value: "LISTENER",
    schema: words("mqtt", "mqtts"),
    fallback: "",
    description: "listeners that a load balancer reaches with the PROXY protocol: mqtt, mqtts",
    repeatable: true,
  }),
  proxyFrom: setting({
    group: "listeners",
    value: "ADDRESS|NETWORK",
    schema: networks(),
    fallback: "",
    description: "proxies that are believed who their clients are (PROXY, X-Forwarded-For)",
    repeatable: true,
  }),

  logLevel: setting({
    group: "log",
    value: "LEVEL",
    schema: oneOf("debug", "info", "warn", "error", "silent"),
    fallback: "info",
    description: "the least important messages to log",
  }),
  logFormat: setting({
    group: "log",
    value: "FORMAT",
    schema: oneOf("auto", "pretty", "json"),
    fallback: "auto",
    description: "pretty for people; json for machines, secrets go to a file then; auto: by the terminal",
  }),

  anonymous: setting({
    group: "listeners",
    value: "WORKSPACE/API USER",
    schema: apiUser(),
    fallback: null,
    description: "the API user whose rights MQTT clients without credentials get; nobody without it",
  }),
  anonymousFrom: setting({
    group: "listeners",
    value: "loopback|anywhere",
    schema: oneOf("loopback", "anywhere"),
    fallback: "loopback",
    description: "where clients without credentials may come from",
  }),
  dataLostOk: DATA_LOST_OK,
  anyClock: setting({
    group: "storage",
    value: "on|off",
    schema: onOff(),
    fallback: "off",
    description: "take measurements although the clock shows a time before 2024",
  }),
  freeTopics: setting({
    group: "listeners",
    value: "on|off",
    schema: onOff(),
    fallback: "off",
    description: "ordinary MQTT between the clients of a workspace on all topics outside the platform's",
    bare: true,
  }),
  prefix: setting({
    group: "listeners",
    value: "LEVEL",
    schema: topicLevel(),
    fallback: "dtck",
    description: "first level of the platform's topics: LEVEL/…, LEVEL-pub/…, LEVEL-errors/…",
  }),

  maxPacket: bytes(256 * KIB, 1 * KIB, LARGEST_PACKET, "largest MQTT packet accepted"),
  maxPacketBeforeLogin: bytes(16 * KIB, 256, LARGEST_PACKET, "largest MQTT packet accepted before the login"),
  maxTopicLevels: number(32, 4, 1024, "most levels of a topic or filter"),
  receiveMaximum: number(1024, 1, 65_535, "QoS 1 and 2 publishes of one v5 client that may await their answer"),
  outboundWindow: number(20, 1, 65_535, "QoS 1 and 2 deliveries to one v3 client that may await their answer"),
  topicAliasMaximum: number(0, 0, 65_535, "topic aliases of one v5 client; many misuse them after a reconnect"),
  outboundTopicAliases: number(64, 0, 65_535, "topic aliases towards one v5 client that allows them"),
  maxAliasBytes: bytes(64 * KIB, 1 * KIB, 1024 * MIB, "topics behind all aliases of one v5 client, each direction"),
  maxSessionExpiry: time(WEEK_S, "s", 0, 0xffff_fffe, "longest time that an absent client's session is kept"),
  maxSubscriptions: number(10_000, 1, 10_000_000, "topic filters of one session"),
  maxTotalSubscriptions: number(1_000_000, 1, 100_000_000, "topic filters of all sessions together"),
  maxSubscribeFilters: number(10_000, 1, 1_000_000, "topic filters in one SUBSCRIBE"),
  maxSessionsPerAccount: number(100_000, 1, 100_000_000, "sessions of one account, connected or not"),
  maxQueuedMessages: number(100_000, 1, 100_000_000, "messages kept for an absent session; then the oldest go"),
  maxQueuedBytes: bytes(
    16 * MIB,
    64 * KIB,
    4096 * MIB,
    "memory for messages that wait for one session, then the oldest go; and for unanswered ones",
  ),
  maxTotalQueuedBytes: bytes(
    256 * MIB,
    1 * MIB,
    65_536 * MIB,
    "memory for what waits for all sessions together, then the oldest of the largest go",
  ),
  maxAccountWaitingBytes: bytes(
    1024 * MIB,
    1 * MIB,
    65_536 * MIB,
    "disk for what waits for all sessions of one account, then the oldest of the largest go",
  ),
  maxWaitingBytes: bytes(8192 * MIB, 1 * MIB, 1_048_576 * MIB, "disk for messages that wait for sessions, in all"),
  maxFeedLagBytes: bytes(64 * MIB, 1 * MIB, 65_536 * MIB, "log kept for a consumer that is behind, then it has a gap"),
  maxFeedLagAge: time(86_400, "s", 60, 10 * 365 * 86_400, "time that a consumer of the feed may be behind, likewise"),
  maxRetainedMessages: number(1_000_000, 0, 100_000_000, "retained messages on free topics; then new ones are refused"),
  maxRetainedBytes: bytes(1024 * MIB, 0, 65_536 * MIB, "bytes of all retained messages on free topics, likewise"),
  maxUnsentBytes: bytes(1 * MIB, 16 * KIB, 1024 * MIB, "unsent output of one connection, then QoS 0 is dropped for it"),
  maxConnections: number(50_000, 1, 10_000_000, "connections at the same time"),
  maxPublishRate: number(0, 0, 10_000_000, "publishes a second of one connection, then it is read slower; 0: no limit"),
  maxPublishByteRate: bytes(0, 0, 1024 * MIB, "bytes of publishes a second of one connection, likewise; 0: no limit"),
  maxAccountPublishRate: number(0, 0, 10_000_000, "publishes and HTTP records a second of one account; 0: no limit"),
  maxAccountPublishByteRate: bytes(0, 0, 1024 * MIB, "bytes of them a second of one account; 0: no limit"),
  maxConnectionsPerAddress: number(0, 0, 10_000_000, "connections of one address (IPv6: one /64 network); 0: no limit"),
  maxHttpConnections: number(
    10_000,
    16,
    1_000_000,
    "HTTP connections at the same time; then those that ask nothing are closed",
  ),
  maxAcceptRate: number(
    5000,
    0,
    1_000_000,
    "new connections a second; 10 seconds' worth may come at once; 0: no limit",
  ),
  maxBytesBeforeLogin: bytes(
    512 * MIB,
    1 * MIB,
    65_536 * MIB,
    "memory of all connections that have not logged in; then the oldest of them are closed",
  ),
  maxKeepAlive: time(0, "s", 0, 65_535, "longest keep alive, which v5 clients are told; 0: the client's own holds"),
  connectTimeout: time(10, "s", 1, 3600, "time for a new connection to send its CONNECT"),

  commitGap: time(2, "ms", 0, 1000, "least time from commit to commit under load; half of it when many wait"),
  maxCommitRows: number(65_536, 1, 1_048_576, "measurements in one commit, then reading stops until it is done"),
  maxCommitBytes: bytes(8 * MIB, 64 * KIB, 256 * MIB, "bytes in one commit, then reading stops until it is done"),
  maxBatchRows: number(10_000, 1, 1_000_000, "measurements in one batch of a client"),
  maxHistoryPoints: number(
    100_000,
    100,
    10_000_000,
    "values in one answer of history, all devices and fields together",
  ),
  maxRequestRate: number(
    100,
    0,
    1_000_000,
    "requests a second of one account over HTTP, but for recording; 0: no limit",
  ),
  maxReads: number(4, 1, 1000, "questions of one account over HTTP that are answered at once; 8 times as many wait"),
  maxStreams: number(20, 1, 10_000, "open streams of live events over HTTP, of one account"),
  ...INTEGRATION_SETTINGS,
  storageGrace: time(30, "s", 0, 3600, "time that connections wait for a store that fails, before they are closed"),
} as const satisfies Record<string, Setting<z.ZodType, string | null>>;

export type SettingKey = keyof typeof SETTINGS;

type ValueOf<K extends SettingKey> =
  (typeof SETTINGS)[K] extends Setting<infer S, infer F> ? z.output<S> | (F extends null ? null : never) : never;

/** The settings as the server uses them: checked, complete, frozen. */
export type Config = { readonly [K in Exclude<SettingKey, "logFormat">]: ValueOf<K> } & {
  readonly logFormat: "pretty" | "json";
};

/** A setting as it is in force. */
export interface SettingInForce {
  /** As a flag: `--max-packet`. */
  readonly name: string;
  readonly group: string;
  /** As it was written, or the default; null: there is none, or it is a secret. */
  readonly value: string | null;
  readonly default: string;
  readonly source: SettingSource;
  readonly description: string;
}
export type SettingSource = "flag" | "environment" | "file" | "default";

/** A setting as people meet it. */
interface SettingInfo {
  readonly key: SettingKey;
  readonly group: string;
  /** With the dashes: `--max-packet`. */
  readonly flag: string;
  /** The same in the environment: `FIELDCAST_MAX_PACKET`. */
  readonly env: string;
  /** The same in a file: `max-packet`. */
  readonly fileKey: string;
  /** What stands for the value in `--flag <value>`. */
  readonly value: string;
  readonly repeatable: boolean;
  /** The flag needs no value. */
  readonly bare: boolean;
  /** As a person would write it; "" where there is none. */
  readonly default: string;
  readonly description: string;
}

/** Every setting in the order of the table above, for `--help` and the documents. */
export function listSettings(): readonly SettingInfo[] {
  // Object.keys of a constant: its own keys are the type's
  return (Object.keys(SETTINGS) as SettingKey[]).map((key) => {
    const it: Setting<z.ZodType, string | null> = SETTINGS[key];
    const fileKey = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return {
      key,
      group: it.group,
      flag: `--${fileKey}`,
      env: `FIELDCAST_${fileKey.replaceAll("-", "_").toUpperCase()}`,
      fileKey,
      value: it.value,
      repeatable: it.repeatable === true,
      bare: it.bare === true,
      default: it.fallback ?? "",
      description: it.description,
    };
  });
}
