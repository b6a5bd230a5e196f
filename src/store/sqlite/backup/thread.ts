import { moduleUrl } from "../../../base/modules.ts";
import type { RunningBackup } from "../../ports.ts";
import { Refusal } from "../../../base/errors.ts";
import type { BackupReport, BackupWish } from "./backup.ts";
import type { BackupAnswer } from "./worker.ts";

/** Makes a backup in a thread of its own: reading and adding up many gigabytes must not hold up a server. */
export function startBackup(wish: BackupWish): RunningBackup {
  const worker = new Worker(moduleUrl("store/sqlite/backup/worker"));
  const { promise, resolve, reject } = Promise.withResolvers<BackupReport>();
  const died = (why: string) => reject(new Refusal("internal_error", `The backup's thread ended: ${why}.`));
  worker.addEventListener("message", (event) => {
    const answer = event.data as BackupAnswer; // our own worker
    if ("report" in answer) resolve(answer.report);
    else reject(new Refusal(answer.failure.code ?? "internal_error", answer.failure.message));
    worker.terminate();
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    died(event.message);
  });
  worker.addEventListener("close", () => died("without a word"));
  worker.postMessage(wish);
  return { done: promise, stop: () => worker.postMessage("stop") };
}
