import { Refusal } from "../../base/errors.ts";

/** ms until a store that cannot be read is asked again. */
const RETRY_MS = 500;

/** Reads something of a store, and again while that cannot be had. @param after resolves after so many ms */
export async function patiently<T>(after: (ms: number) => Promise<void>, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "storage_unavailable") throw error;
      await after(RETRY_MS);
    }
  }
}
