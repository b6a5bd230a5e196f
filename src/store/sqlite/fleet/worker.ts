import { type Answer, failureOf, type Numbered } from "../worker-messages.ts";
import { type FleetRequest, unpacked } from "./desk.ts";
import { FleetFile, notOpen } from "./file.ts";

/** The fleet worker's entry: all that is read from and written to fleet.db while the server runs, one after the other. */
declare const self: Worker;

let file: FleetFile | null = null;
let last: Promise<void> = Promise.resolve();

async function perform(request: FleetRequest): Promise<unknown> {
  if (request.method === "open") {
    const opened = new FleetFile(request.args[0]);
    await opened.open();
    file = opened;
    return null;
  }
  if (file === null) throw notOpen();
  const target: object = request.on === "accounts" ? file.accounts : file;
  // farDesk makes the calls, from arguments that have the types of the method
  const method = Reflect.get(target, request.method) as (...args: readonly unknown[]) => Promise<unknown>;
  return method.apply(target, [...unpacked(request)]);
}

async function handle({ no, request }: Numbered<FleetRequest>): Promise<void> {
  let answer: Answer;
  try {
    answer = { no, value: await perform(request) };
  } catch (error) {
    answer = { no, failure: failureOf(error) };
  }
  self.postMessage(answer);
}

self.onmessage = (event: MessageEvent) => {
  const numbered = event.data as Numbered<FleetRequest>; // only the store's WorkerLink posts here
  last = last.then(() => handle(numbered));
};
