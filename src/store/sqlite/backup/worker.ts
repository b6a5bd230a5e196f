import { errorText, Refusal } from "../../../base/errors.ts";
import { Work } from "../../work.ts";
import { type BackupReport, type BackupWish, writeBackup } from "./backup.ts";

/** The entry of the thread in which a server makes a backup: one, then it ends. */
declare const self: Worker;

export type BackupAnswer =
  | { readonly report: BackupReport }
  | { readonly failure: { readonly code: Refusal["code"] | null; readonly message: string } };

const stop = new AbortController();
let begun = false;
self.onmessage = (event: MessageEvent) => {
  if (begun) {
    stop.abort(); // the second message, whatever it is
    return;
  }
  begun = true;
  const wish = event.data as BackupWish; // only thread.ts posts here
  writeBackup(wish, new Work(() => {}, stop.signal)).then(
    (report) => self.postMessage({ report } satisfies BackupAnswer),
    (error: unknown) => {
      const code = error instanceof Refusal ? error.code : null;
      const message = errorText(error);
      self.postMessage({ failure: { code, message } } satisfies BackupAnswer);
    },
  );
};
