import { readFileSync, statfsSync, statSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { version } from "../../package.json";
import { productStorage, storeStats } from "../admin/storage.ts";
import type { NodeTable } from "../admin/node-table.ts";
import type { ListenerAddress, OperationsDeps } from "../admin/types.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Clock, Micros } from "../base/types.ts";
import type { Config, SettingInForce } from "../config/settings.ts";
import type { CertificateFacts, InstancePort } from "../http/instance/port.ts";
import { Prometheus } from "../http/instance/prometheus.ts";
import type { Engine } from "./engine.ts";
import { stateOf } from "./state.ts";
import type { DayOfFigures } from "./day.ts";
import type { Backups } from "./backups.ts";
import type { KeyPair } from "../listen/authority.ts";
import type { Listeners } from "../listen/listeners.ts";

/** How long a row is waited for of which somebody asks for the state, ms. */
const STATE_MS = 10_000;

/** What a running server tells of itself stands on. */
interface InstanceNeeds {
  readonly config: Config;
  readonly settings: readonly SettingInForce[];
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly startedAt: Micros;
  readonly addresses: readonly ListenerAddress[];
  readonly listeners: Pick<Listeners, "keys">;
  /** The certificate of the CA of ours that makes the listeners'; null: an operator's, or none. */
  readonly caFile: string | null;
  readonly deps: OperationsDeps;
  readonly nodes: NodeTable;
  readonly backups: Backups;
  readonly day: DayOfFigures;
  readonly engine: Engine;
}

/** A running server, as its operators see it over HTTP. */
export function instanceOf(needs: InstanceNeeds): InstancePort {
  const { config, clock, deps, backups, listeners, caFile } = needs;
  const prometheus = new Prometheus(needs.metrics, deps.store);
  return {
    about: () => ({
      version,
      startedAt: needs.startedAt,
      publicUrl: config.publicUrl,
      listeners: needs.addresses,
      certificate: listeners.keys && factsOf(listeners.keys, caFile !== null),
    }),
    ca: () => (caFile === null ? null : readFileSync(caFile, "utf8")),
    figures: () => prometheus.figures(),
    day: () => needs.day.read(),
    settings: () => needs.settings,
    nodes: needs.nodes,
    state: (at) => stateOf(needs.engine, at, STATE_MS),
    storage: async (top) => ({ ...(await storeStats(deps, { top })), diskFree: freeOf(config.data) }),
    productStorage: (product, counts) => productStorage(deps, product, counts),
    backups: {
      list: () => backups.list(clock.micros()),
      make: () => backups.makeNow(clock),
      read(name) {
        const file = backups.fileOf(name);
        return file === null ? null : { stream: Bun.file(file).stream(), bytes: statSync(file).size };
      },
    },
  };
}

/** What the certificate says that the listeners show now. */
function factsOf({ certPem }: KeyPair, ownCa: boolean): CertificateFacts {
  const own = new X509Certificate(certPem);
  return {
    subject: own.subject,
    issuer: own.issuer,
    names: (own.subjectAltName ?? "").split(", ").map((name) => name.replace(/^(?:DNS|IP Address):/, "")),
    notBefore: Date.parse(own.validFrom) * 1000,
    notAfter: Date.parse(own.validTo) * 1000,
    ownCa,
  };
}

/** Bytes that the file system of a folder has left; null: it does not tell. */
function freeOf(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
