import { existsSync, readdirSync } from "node:fs";

/** The real programs that tests use and that npm does not bring. */
export const PARTS = [
  "mosquitto",
  "mosquitto-clients",
  "paho",
  "cc",
  "chromium",
  "systemd",
  "postgresql",
  "nats-server",
  "haproxy",
  "nginx",
  "caddy",
  "nftables",
  "promtool",
  "certbot",
  "rsync",
  "libmosquitto",
] as const;
export type Part = (typeof PARTS)[number];

/** The packages of Debian that bring a part. */
export const DEBIAN_PACKAGES: Readonly<Record<Part, string>> = {
  mosquitto: "mosquitto",
  "mosquitto-clients": "mosquitto-clients",
  paho: "python3-paho-mqtt",
  cc: "gcc g++ libc6-dev",
  chromium: "chromium",
  systemd: "systemd",
  postgresql: "postgresql",
  "nats-server": "nats-server",
  haproxy: "haproxy",
  nginx: "nginx-light libnginx-mod-stream",
  caddy: "caddy",
  nftables: "nftables",
  promtool: "prometheus",
  certbot: "certbot dehydrated pebble",
  rsync: "rsync",
  libmosquitto: "libmosquitto-dev",
};

/**
 * Whether a part is on this machine; tests that need it are `test.skipIf(!have("mosquitto-clients"))`.
 * @throws Error when it is missing and nothing may be skipped (`CI=true`)
 */
export function have(part: Part): boolean {
  const present = find(part);
  if (!present && isCI())
    throw new Error(`${DEBIAN_PACKAGES[part]} is missing, and with CI=true no test may be skipped`);
  return present;
}

/** The same without the demand of CI. */
export function find(part: Part): boolean {
  if (part === "nginx") return program("nginx") !== null && existsSync("/usr/lib/nginx/modules/ngx_stream_module.so");
  if (part === "nftables") return program("nft") !== null;
  if (part === "certbot") return ["certbot", "dehydrated", "pebble"].every((name) => program(name));
  if (
    part === "mosquitto" ||
    part === "caddy" ||
    part === "promtool" ||
    part === "rsync" ||
    part === "nats-server" ||
    part === "haproxy"
  )
    return program(part) !== null;
  if (part === "mosquitto-clients") return program("mosquitto_pub") !== null && program("mosquitto_sub") !== null;
  if (part === "cc") return program("cc") !== null && program("g++") !== null && existsSync("/usr/include/dlfcn.h");
  if (part === "libmosquitto") return existsSync("/usr/include/mosquitto.h");
  if (part === "chromium") return program("chromium") !== null;
  if (part === "systemd") return ["systemd-analyze", "systemd-sysusers", "dpkg-deb"].every((name) => program(name));
  if (part === "postgresql") return postgresPrograms() !== null;
  return pythonWithPaho() !== null;
}

/** The folder of the newest PostgreSQL's programs: Debian keeps those of servers out of everybody's path; or null. */
export function postgresPrograms(): string | null {
  const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).filter((name) => /^\d+$/.test(name)) : [];
  const folders = versions.sort((a, b) => Number(b) - Number(a)).map((name) => `${POSTGRES}/${name}/bin`);
  return folders.find((folder) => existsSync(`${folder}/initdb`)) ?? null;
}
const POSTGRES = "/usr/lib/postgresql";

/** Where a program is, also in the folders of system programs, which are not on everybody's path; or null. */
export function program(name: string): string | null {
  return Bun.which(name, { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin:/usr/bin` });
}

/** A Python that can import paho.mqtt: Debian's package serves Debian's Python, the path's may be another; or null. */
export function pythonWithPaho(): string | null {
  const candidates = ["/usr/bin/python3", program("python3")];
  for (const python of candidates) {
    if (python === null || !existsSync(python)) continue;
    if (Bun.spawnSync([python, "-c", "import paho.mqtt.client"]).exitCode === 0) return python;
  }
  return null;
}

export function isCI(): boolean {
  return process.env.CI === "true" || process.env.CI === "1";
}
