import type { Answer, Numbered } from "../worker-messages.ts";
import type { FleetRequest } from "./desk.ts";
import { Unpacker } from "./packed.ts";
import "./worker.ts";

/** The fleet worker, dying once a commit that makes the workspace "last-words" is in the file, before it has answered. */
declare const self: Worker;

const perform = self.onmessage;
const post = self.postMessage.bind(self);
let dying: number | null = null;
self.postMessage = (answer: Answer) => {
  if (answer.no === dying) throw new Error("died after the commit");
  post(answer);
};
self.onmessage = (event: MessageEvent) => {
  const { no, request } = event.data as Numbered<FleetRequest>; // only the store's WorkerLink posts here
  const changes = request.method === "commit" ? new Unpacker().whole(request.args[0]).changes : [];
  if (changes.some((c) => c.kind === "workspace" && c.op === "put" && c.row.slug === "last-words")) dying = no;
  perform?.call(self, event);
};
