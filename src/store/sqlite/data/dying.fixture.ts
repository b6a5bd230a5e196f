import type { Numbered } from "../worker-messages.ts";
import type { WriterRequest } from "./protocol.ts";
import "./worker.ts";

/** The storage worker, dying at a word: a refusal with the code die-before, die-after or reject-before in a commit. */
declare const self: Worker;

const perform = self.onmessage;
self.onmessage = (event: MessageEvent) => {
  const { request } = event.data as Numbered<WriterRequest>; // only WorkerLink posts here
  const word =
    request.t === "commit"
      ? request.ops.flatMap((op) => (op.op === "refusals_put" ? op.rows : [])).at(0)?.code
      : undefined;
  if (word === "die-before") throw new Error("died before the commit");
  if (word === "reject-before") {
    void Promise.reject(new Error("rejected before the commit"));
    return;
  }
  if (word === "die-after") self.postMessage = () => undefined;
  perform?.call(self, event);
  if (word === "die-after") throw new Error("died after the commit");
};
