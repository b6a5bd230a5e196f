import { type BadRow, CATALOGUE, type ErrorCode } from "../base/errors.ts";
import type { DeviceNode } from "../fleet/nodes.ts";

/** Why a publish was refused. Made only then: what is taken costs no object. */
export interface PublishRefusal {
  readonly code: ErrorCode;
  /** For who sent it. */
  readonly message: string;
  /** The device concerned, where it is known and may be seen. */
  readonly device: DeviceNode | null;
  /** The bad rows of a batch; null: it is none, or they are not known. */
  readonly rows: readonly BadRow[] | null;
}

/** @param device the one concerned, where it may be seen */
export function refused(code: ErrorCode, message: string, device: DeviceNode | null = null): PublishRefusal {
  return { code, message, device, rows: null };
}

/** While the clock is not set nothing can be stamped, and whether a time lies ahead cannot be told. */
export const CLOCK_NOT_SET = `${CATALOGUE.clock_not_set.title} Try again later.`;
