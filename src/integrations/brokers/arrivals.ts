import type { Arrived, ArrivedOutcome } from "../../bridges/types.ts";

/** Makes measurements of what arrives from external brokers. See `ArrivalPort`, which this is. */
export async function arrived(message: Arrived, _account: string): Promise<ArrivedOutcome> {
  return { stored: 0, refused: 0, unknown: 0, problem: `No map reads ${JSON.stringify(message.topic)}.` };
}
