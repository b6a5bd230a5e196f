import { moduleUrl } from "../../../base/modules.ts";
import { WorkerLink } from "../../sqlite/link.ts";
import { type BridgeStart, GONE } from "./bridge-messages.ts";
import type { BridgeEnd } from "./protocol.ts";

/** What a thread that waits in place works with. */
interface Thread {
  readonly program: URL;
  readonly address: string;
  /** Of its connection, and statements that it begins with. */
  readonly name: string;
  readonly begin: readonly string[];
}

/** A worker that waits in place for what PostgreSQL answers, with the bridge that asks for it. They live and die together. */
export class Bridged<Q> {
  private readonly bridge: Worker;
  private readonly link: WorkerLink<Q>;
  private readonly turn = new Int32Array(new SharedArrayBuffer(4));
  private readonly channel = new MessageChannel();
  private ended = false;

  constructor({ program, ...thread }: Thread, onDeath: (why: Error) => void, onNotice: (text: string) => void) {
    this.link = new WorkerLink<Q>(program, onDeath, onNotice);
    this.bridge = new Worker(moduleUrl("store/postgres/data/bridge"));
    this.bridge.addEventListener("error", (event) => event.preventDefault());
    // the other one is told in place, and fails then
    this.bridge.addEventListener("close", () => this.leave());
    const start: BridgeStart = { ...thread, port: this.channel.port1, turn: this.turn.buffer as SharedArrayBuffer };
    this.bridge.postMessage(start, [this.channel.port1]);
  }

  /** What the worker's first message hands over. */
  get end(): BridgeEnd {
    return { port: this.channel.port2, turn: this.turn.buffer as SharedArrayBuffer };
  }
  /** With the first message: `[end.port]` in `transfer`. */
  call<T>(request: Q, transfer: readonly unknown[] = []): Promise<T> {
    return this.link.call<T>(request, transfer as ArrayBuffer[]);
  }
  private leave(): void {
    if (this.ended) return;
    this.ended = true;
    Atomics.store(this.turn, 0, GONE);
    Atomics.notify(this.turn, 0);
  }
  /** Ends both where they stand. */
  async terminate(): Promise<void> {
    this.leave();
    this.bridge.terminate();
    await this.link.terminate();
  }
}
