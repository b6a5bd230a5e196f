import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { type Environment, type Flags, loadConfig, settingsInForce } from "./load.ts";
import { listSettings } from "./settings.ts";

const noFile = (file: string): string => {
  throw new Error(`ENOENT: no such file or directory, open '${file}'`);
};
const load = (flags: Flags = {}, env: Environment = {}, file?: string) =>
  loadConfig(
    file === undefined ? flags : { ...flags, config: "f.yaml" },
    env,
    file === undefined ? noFile : () => file,
  );

function refusal(flags: Flags, env: Environment, file?: string): string {
  try {
    load(flags, env, file);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe("invalid_config");
    expect(error.message).not.toMatch(/[\p{Cc}]/u);
    return error.message;
  }
  return "nothing was refused";
}

test("the defaults are those of the wire contract, sections 1 and 9", () => {
  expect(load()).toEqual({
    data: "./data",
    store: null,
    sql: "off",
    standby: false,
    cluster: false,
    bus: null,
    busSecretFile: null,
    nodeUrl: null,
    unreplicatedOk: false,
    apply: null,
    backupDir: null,
    backupEvery: 86_400,
    backupKeep: 7,
    upgradeBackup: "rewrites",
    sweepEvery: 86_400,
    inspectKeep: 7 * 86_400,
    auditKeep: 400 * 86_400,
    publicUrl: null,
    mapTiles: null,
    maxDownlinkRate: 10,
    alertKeep: 400 * 86_400,
    allowOutgoing: [],
    adminEmail: null,
    adminPasswordFile: null,
    smtpUrl: null,
    oidcIssuer: null,
    oidcClientId: null,
    oidcClientSecretFile: null,
    mailFrom: null,
    signInIdle: 7 * 86_400,
    signInLongest: 30 * 86_400,
    maxInvitations: 200,
    maxSignIns: 50,
    anonymous: null,
    anonymousFrom: "loopback",
    mqtt: { host: "127.0.0.1", port: 1883 },
    mqtts: { host: "::", port: 8883 },
    http: { host: "127.0.0.1", port: 8080 },
    https: { host: "::", port: 8443 },
    wss: { host: "::", port: 9001 },
    tlsCert: null,
    tlsKey: null,
    tlsName: [],
    tlsClientCa: null,
    tlsClientCertificates: "optional",
    proxyProtocol: [],
    proxyFrom: [],
    logLevel: "info",
    logFormat: "json",
    anyClock: false,
    dataLostOk: false,
    freeTopics: false,
    prefix: "dtck",
    maxPacket: 262_144,
    maxPacketBeforeLogin: 16_384,
    maxTopicLevels: 32,
    receiveMaximum: 1024,
    outboundWindow: 20,
    topicAliasMaximum: 0,
    outboundTopicAliases: 64,
    maxSessionExpiry: 604_800,
    maxSubscriptions: 10_000,
    maxQueuedBytes: 16_777_216,
    maxQueuedMessages: 100_000,
    maxTotalQueuedBytes: 268_435_456,
    maxAccountWaitingBytes: 1_073_741_824,
    maxFeedLagAge: 86_400,
    maxFeedLagBytes: 67_108_864,
    maxWaitingBytes: 8_589_934_592,
    maxRetainedMessages: 1_000_000,
    maxRetainedBytes: 1_073_741_824,
    maxUnsentBytes: 1_048_576,
    maxHttpConnections: 10_000,
    maxConnections: 50_000,
    maxPublishRate: 0,
    maxPublishByteRate: 0,
    maxAccountPublishRate: 0,
    maxAccountPublishByteRate: 0,
    maxConnectionsPerAddress: 0,
    maxAcceptRate: 5000,
    maxBytesBeforeLogin: 536_870_912,
    maxKeepAlive: 0,
    maxAliasBytes: 65_536,
    maxTotalSubscriptions: 1_000_000,
    maxSubscribeFilters: 10_000,
    maxSessionsPerAccount: 100_000,
    connectTimeout: 10,
    commitGap: 2,
    maxCommitRows: 65_536,
    maxCommitBytes: 8_388_608,
    maxBatchRows: 10_000,
    maxHistoryPoints: 100_000,
    maxRequestRate: 100,
    maxReads: 4,
    maxStreams: 20,
    decoderProcesses: 2,
    decoderTime: 100,
    decoderMemory: 24 * 1024 * 1024,
    maxIntegrationRate: 1000,
    storageGrace: 30,
  });
});

test("the result is frozen, to the bottom", () => {
  const config = load({ tlsName: ["a.example"] });
  expect(Object.isFrozen(config) && Object.isFrozen(config.mqtt) && Object.isFrozen(config.tlsName)).toBe(true);
});

test("flags come before the environment, the environment before the file, the file before the defaults", () => {
  const file = "data: from-file\nprefix: file\nmax-packet: 1 MiB\ncommit-gap: 7\n";
  const env = { FIELDCAST_DATA: "from-env", FIELDCAST_PREFIX: "env", FIELDCAST_MAX_TOPIC_LEVELS: "" };
  const config = load({ data: "from-flag", prefix: undefined }, env, file);
  expect([config.data, config.prefix, config.maxPacket, config.commitGap, config.maxTopicLevels]).toEqual([
    "from-flag",
    "env",
    1_048_576,
    7,
    32,
  ]);
});

test("the file may be named in the environment, and its keys spelt with hyphens, underscores or capitals", () => {
  const file = "max-packet: 2048\nmax_packet_before_login: 1024\nmaxBatchRows: 5\nmqtt: off\nhttp:\n";
  const config = loadConfig({}, { FIELDCAST_CONFIG: "f.yaml" }, () => file);
  expect([config.maxPacket, config.maxPacketBeforeLogin, config.maxBatchRows, config.mqtt]).toEqual([
    2048,
    1024,
    5,
    null,
  ]);
  expect(config.http).toEqual({ host: "127.0.0.1", port: 8080 });
  expect(loadConfig({ config: "f" }, {}, () => "").data).toBe("./data");
});

test("the log format depends on the terminal unless it is given", () => {
  expect(loadConfig({}, {}, noFile, true).logFormat).toBe("pretty");
  expect(loadConfig({ logFormat: "json" }, {}, noFile, true).logFormat).toBe("json");
  expect(loadConfig({ logFormat: "pretty" }, {}, noFile, false).logFormat).toBe("pretty");
});

test("what is in force tells where it comes from, the first that names it; a password is not told", () => {
  const env = { FIELDCAST_CONFIG: "f.yaml", FIELDCAST_MAX_PACKET: "4k", FIELDCAST_SMTP_URL: "smtp://u:secret@h" };
  const flags = { maxPacket: "8k", tlsName: ["a", "b"] };
  const all = settingsInForce(flags, env, () => "max-packet: 2048\nmax-batch-rows: 5\nhttp: off\n");
  const of = (name: string) => {
    const one = all.find((each) => each.name === name);
    return [one?.value, one?.source];
  };
  expect(of("--max-packet")).toEqual(["8k", "flag"]);
  expect(of("--smtp-url")).toEqual([null, "environment"]);
  expect(of("--max-batch-rows")).toEqual(["5", "file"]);
  expect(of("--http")).toEqual(["off", "file"]);
  expect(of("--tls-name")).toEqual(["a b", "flag"]);
  expect(of("--mqtt")).toEqual(["127.0.0.1:1883", "default"]);
  expect(of("--public-url")).toEqual([null, "default"]);
  expect(all.map(({ name }) => name)).toEqual(listSettings().map(({ flag }) => flag));
  expect(JSON.stringify(all)).not.toContain("secret@");
});

test("environment variables of other parts are let pass", () => {
  const env = { FIELDCAST_TEST_INSTALL: "0", FIELDCAST_TOKEN: "x", FIELDCAST_URL: "y", PATH: "/bin" };
  expect(load({}, env)).toEqual(load());
});

describe("values", () => {
  test.each([
    ["mqtt", "0.0.0.0:1884", { host: "0.0.0.0", port: 1884 }],
    ["mqtt", "[::1]:0", { host: "::1", port: 0 }],
    ["mqtt", ":1883", { host: "::", port: 1883 }],
    ["mqtt", "localhost:65535", { host: "localhost", port: 65535 }],
    ["mqtt", "off", null],
    ["maxPacket", "300000", 300_000],
    ["maxPacket", "1.5 MiB", 1_572_864],
    ["maxPacket", "64kib", 65_536],
    ["maxPacket", "1M", 1_000_000],
    ["maxPacket", "1MB", 1_000_000],
    ["maxPacket", "1mb", 1_000_000],
    ["maxPacket", "1Mi", 1_048_576],
    ["maxPacket", "1 MiB", 1_048_576],
    ["maxPacket", "2k", 2000],
    ["maxPacket", "2KB", 2000],
    ["maxPacket", "2Ki", 2048],
    ["maxPacket", "4096B", 4096],
    ["maxRetainedBytes", "1.5G", 1_500_000_000],
    ["maxRetainedBytes", "1gb", 1_000_000_000],
    ["maxRetainedBytes", "1Gi", 1_073_741_824],
    ["connectTimeout", "20", 20],
    ["connectTimeout", "2m", 120],
    ["maxSessionExpiry", "30 d", 2_592_000],
    ["commitGap", "1s", 1000],
    ["commitGap", 0, 0],
    ["tlsName", ["a.example", "b.example,10.0.0.1", "a.example"], ["a.example", "b.example", "10.0.0.1"]],
    ["tlsName", "fe80::1", ["fe80::1"]],
    ["prefix", "fábrica", "fábrica"],
  ] as const)("%s: %p", (key, given, wanted) => {
    expect(load({ [key]: given })[key] as unknown).toEqual(wanted);
  });
});

describe("a wrong key or value is one line that names it as it was given", () => {
  test.each<[string, Flags, Environment, string | undefined]>([
    [
      "--bus: what was given is not allowed; it must be nats://HOST:PORT, or tls://",
      { bus: "mqtt://user:hush@host" },
      {},
      undefined,
    ],
    [
      '--mqtt: "1883" is not allowed; it must be HOST:PORT, [IPV6]:PORT, :PORT for all interfaces, or off',
      { mqtt: "1883" },
      {},
      undefined,
    ],
    ['--mqtt: "a:70000" is not allowed', { mqtt: "a:70000" }, {}, undefined],
    ['--mqtt: "::1:1883" is not allowed', { mqtt: "::1:1883" }, {}, undefined],
    [
      'FIELDCAST_MAX_PACKET: "huge" is not allowed; it must be a number of bytes from 1 KiB to 268435460 (also written with k, M, G, Ki, Mi or Gi)',
      {},
      { FIELDCAST_MAX_PACKET: "huge" },
      undefined,
    ],
    [
      'FIELDCAST_LOG_LEVEL: "loud" is not allowed; it must be debug, info, warn, error or silent',
      {},
      { FIELDCAST_LOG_LEVEL: "loud" },
      undefined,
    ],
    ["f.yaml: connect-timeout: 0 is not allowed; it must be a time from 1 to 3600 s", {}, {}, "connect-timeout: 0"],
    ['--commit-gap: "1.5" is not allowed', { commitGap: "1.5" }, {}, undefined],
    [
      '--max-topic-levels: "1e2" is not allowed; it must be a whole number from 4 to 1024',
      { maxTopicLevels: "1e2" },
      {},
      undefined,
    ],
    ['--prefix: "a/b" is not allowed; it must be one topic level', { prefix: "a/b" }, {}, undefined],
    ['--prefix: "$SYS" is not allowed', { prefix: "$SYS" }, {}, undefined],
    [
      '--tls-name: "not a name" is not allowed; it must be host names or IP addresses',
      { tlsName: "not a name" },
      {},
      undefined,
    ],
    ['--data: "" is not allowed; it must be a file name', { data: "" }, {}, undefined],
    ["f.yaml: data: a mapping is not allowed; it must be a plain value (DIR)", {}, {}, "data: { a: 1 }"],
    [
      "FIELDCAST_MAX_PAKET: there is no such environment variable; did you mean FIELDCAST_MAX_PACKET?",
      {},
      { FIELDCAST_MAX_PAKET: "1" },
      undefined,
    ],
    ["f.yaml: logformat2: there is no such setting; did you mean log-format?", {}, {}, "logformat2: json"],
    ["f.yaml: __proto__: there is no such setting; fieldcast serve --help lists all", {}, {}, "__proto__: { a: 1 }"],
    ["--loglevl: there is no such flag; did you mean --log-level?", { loglevl: "1" }, {}, undefined],
    ["f.yaml: max_packet: is given twice", {}, {}, "max-packet: 2048\nmax_packet: 2048"],
    ["f.yaml: not valid YAML: Map keys must be unique at line 2, column 1", {}, {}, "data: a\ndata: b"],
    ["f.yaml: not valid YAML: ", {}, {}, "data: [1\nmqtt: off"],
    ["f.yaml: not valid YAML: Alias resolution is disabled", {}, {}, "data: &a [1]\ntls-name: *a"],
    ['f.yaml: must hold one "setting: value" per line', {}, {}, "- data"],
    ["--tls-cert: needs --tls-key as well", { tlsCert: "c.pem" }, {}, undefined],
    ["FIELDCAST_TLS_KEY: needs --tls-cert as well", {}, { FIELDCAST_TLS_KEY: "k.pem" }, undefined],
    [
      "--http: 127.0.0.1 port 1883 is taken by --mqtt; give each listener its own",
      { http: "127.0.0.1:1883" },
      {},
      undefined,
    ],
    [
      "FIELDCAST_MAX_PACKET_BEFORE_LOGIN: 4096 must not exceed --max-packet, 2048",
      { maxPacket: "2048" },
      { FIELDCAST_MAX_PACKET_BEFORE_LOGIN: "4 KiB" },
      undefined,
    ],
    ['--data: "a?[31mb?c?" is not allowed', { data: "a\u001b[31mb\u0000c\u202e" }, {}, undefined],
  ])("%s", (wanted, flags, env, file) => {
    expect(refusal(flags, env, file)).toStartWith(wanted);
  });

  test("a settings file that cannot be read", () => {
    expect(() => loadConfig({ config: "none.yaml" }, {}, noFile)).toThrow(
      "none.yaml: the settings file cannot be read (ENOENT: no such file or directory, open 'none.yaml')",
    );
  });
});
