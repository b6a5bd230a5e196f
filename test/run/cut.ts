import { connect, createServer, type Server, type Socket } from "node:net";
import { steadyPort } from "./ports.ts";

/** A wire to a port of the loopback that a test cuts: what is sent then waits, and nobody is told, as in a network that swallows everything. */
export class Cut {
  readonly port = steadyPort();
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(private readonly to: number) {
    this.server = createServer((near) => this.join(near));
  }
  static async of(to: number): Promise<Cut> {
    const cut = new Cut(to);
    await new Promise<void>((resolve, reject) => {
      cut.server.once("error", reject);
      cut.server.listen(cut.port, "127.0.0.1", resolve);
    });
    return cut;
  }
  private join(near: Socket): void {
    const far = connect({ port: this.to, host: "127.0.0.1", noDelay: true });
    near.setNoDelay(true);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on("data", (bytes: Uint8Array) => {
        if (!into.write(bytes)) from.pause();
      });
      into.on("drain", () => this.isCut || from.resume());
      from.on("error", () => {}); // "close" follows
      from.on("close", () => {
        this.sockets.delete(from);
        into.destroy();
      });
      if (this.isCut) from.pause();
    }
  }
  cut(): void {
    this.isCut = true;
    for (const one of this.sockets) one.pause();
  }
  /** What waited goes on. */
  heal(): void {
    this.isCut = false;
    for (const one of this.sockets) one.resume();
  }
  remove(): void {
    this.server.close();
    for (const one of this.sockets) one.destroy();
  }
}
