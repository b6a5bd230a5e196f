import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Value } from "../../measure/types.ts";
import type { SeenValue } from "../../rules/types.ts";

/** A value of a field at a time. */
export interface DryPoint {
  readonly time: Micros;
  readonly field: string;
  readonly value: Value;
}
/** That a rule would have fired, and when it would have cleared. */
export interface DryFiring {
  readonly device: DeviceNode | null;
  readonly fired: Micros;
  readonly values: readonly SeenValue[];
  /** Null: it would hold still at the end, or it is for a moment. */
  cleared: Micros | null;
}
