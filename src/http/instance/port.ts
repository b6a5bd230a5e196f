import type { ProductStorage, StorageReport } from "../../admin/storage.ts";
import type { NodeTable } from "../../admin/node-table.ts";
import type { ListenerAddress } from "../../admin/types.ts";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";

/** What the server tells of itself, to those who operate it. */
export interface InstancePort {
  about(): InstanceFacts;
  /** The certificate of the server's own authority, as PEM; null: the listeners' certificate is of another. */
  ca(): string | null;
  /** Names and numbers of the metrics, what is labelled summed up. */
  figures(): Promise<Record<string, number>>;
  /** A value a minute of the last day, oldest first; times in µs. null: nothing to tell of that minute. */
  day(): {
    readonly times: readonly Micros[];
    readonly figures: Readonly<Record<string, readonly (number | null)[]>>;
  };
  settings(): readonly SettingInForce[];
  /** The servers on this store. */
  readonly nodes: NodeTable;
  /** @param at a row of the log that is waited for, so long as that is short */
  state(at: number): Promise<NodeState>;
  /** @param top how long the lists of the largest are */
  storage(top: number): Promise<StorageReport & { readonly diskFree: number | null }>;
  /** @param counts the devices whose measurements are counted */
  productStorage(product: ProductNode, counts: (device: DeviceNode) => boolean): Promise<ProductStorage>;
  readonly backups: BackupPort;
}
/** What this server has made of the log. */
export interface NodeState {
  /** The last row that has taken effect. */
  readonly position: number;
  /** By what it is of. */
  readonly parts: Readonly<Record<string, { readonly count: number; readonly sum: number }>>;
}
/** A setting in force, and where it comes from. */
export interface SettingInForce {
  /** As a flag: `--max-packet`. */
  readonly name: string;
  readonly group: string;
  /** null: there is none, or it is a secret. */
  readonly value: string | null;
  readonly default: string;
  readonly source: "flag" | "environment" | "file" | "default";
  readonly description: string;
}
export interface InstanceFacts {
  readonly version: string;
  readonly startedAt: Micros;
  readonly publicUrl: string | null;
  readonly listeners: readonly ListenerAddress[];
  readonly certificate: CertificateFacts | null;
}
/** What a certificate says. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly notBefore: Micros;
  readonly notAfter: Micros;
  readonly ownCa: boolean;
}
/** Backups in the folder that is set for them. */
export interface BackupPort {
  /** Newest first; null: no folder is set. */
  list(): readonly { readonly name: string; readonly time: Micros; readonly bytes: number }[] | null;
  /** Makes one; false: it failed, and the log says why. */
  make(): Promise<boolean>;
  /** Its bytes; null: there is none of this name. */
  read(name: string): { readonly stream: ReadableStream<Uint8Array>; readonly bytes: number } | null;
}
