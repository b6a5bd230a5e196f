import { type Answer, failureOf, type Numbered } from "../worker-messages.ts";
import type { FleetNode, FleetRequest } from "./desk.ts";
import { Unpacker } from "./packed.ts";
import { type FleetTables, notOpen } from "./tables.ts";

declare const self: Worker;

/** Makes this thread a fleet worker. @param make the tables at a path, or at an address, which are not open yet */
export function serveFleet(make: (path: string, node: FleetNode | null) => FleetTables): void {
  /** What is open, and what has come of a commit. */
  let file: { readonly desk: FleetTables; readonly unpacker: Unpacker } | null = null;
  let last: Promise<void> = Promise.resolve();

  async function perform(request: FleetRequest): Promise<unknown> {
    if (request.method === "open") {
      const opened = make(...request.args);
      await opened.open();
      file = { desk: opened, unpacker: new Unpacker() };
      return null;
    }
    if (file === null) throw notOpen();
    const { desk, unpacker } = file;
    if (request.method === "part") return unpacker.part(request.args[0]);
    if (request.method === "commit") return desk.commit(unpacker.whole(request.args[0]));
    const target: object = request.on === "accounts" ? desk.accounts : desk;
    // farDesk makes the calls, from arguments that have the types of the method
    const method = Reflect.get(target, request.method) as (...args: readonly unknown[]) => Promise<unknown>;
    return method.apply(target, [...request.args]);
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
}
