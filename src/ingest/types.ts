import type { Micros } from "../base/types.ts";
import type { BadRow } from "../base/errors.ts";
import type { BatchRow } from "../measure/batch.ts";
import type { Principal } from "../auth/principal.ts";
import type { DeviceNode } from "../fleet/nodes.ts";

/** Rows of one device that are recorded together: all or nothing. */
export interface Submission {
  readonly principal: Principal;
  readonly device: DeviceNode;
  /** As readBatch returned them: in time order, values not yet checked against the field types. */
  readonly rows: readonly BatchRow[];
  /** What readBatch found wrong: then nothing is recorded, and what is wrong with the rows besides is told with it. */
  readonly bad?: readonly BadRow[];
  /** How many rows were sent; without, those of `rows`. */
  readonly count?: number;
  /** Stored, and current where they are the newest, but published to nobody: what is imported is no news. */
  readonly silent?: boolean;
  /** For the report of a refusal: the topic that would have said the same, and what was sent. */
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** The one way in for data, as HTTP, integrations and the console see it. */
export interface Recorder {
  /**
   * Checks rights and values, records, and resolves with the number of rows after the commit is durable. What it
   * refuses it reports itself.
   * @throws Refusal (rejects): unknown_field / not_permitted / invalid_* (with `rows` for batches), quota_exceeded,
   *   storage_unavailable
   */
  submit(submission: Submission): Promise<number>;
  /** A refusal that who asks found itself (bad JSON, unknown device): reaches dtck-errors, the device's log, the metric. */
  report(refusal: ReportedRefusal): void;
}

export interface ReportedRefusal {
  readonly principal: Pick<Principal, "key">;
  readonly device: DeviceNode | null;
  readonly code: import("../base/errors.ts").ErrorCode;
  readonly message: string;
  /** The published topic; HTTP gives the topic that would have said the same (dtck-pub/<product>/<device>[/<FIELD>]). */
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Of a batch: the first bad row, and all of them. */
  readonly row?: number;
  readonly rows?: readonly BadRow[];
  readonly time: Micros;
}
