import { Directory } from "../../src/fleet/directory.ts";
import { FleetService } from "../../src/fleet/service.ts";
import type { FleetChange } from "../../src/fleet/types.ts";
import type { AccountChange } from "../../src/store/ports.ts";
import { PostgresTail } from "../../src/store/postgres/data/tail.ts";
import { PostgresFleetStore } from "../../src/store/postgres/fleet/store.ts";
import { Kind, RecordReader, Told } from "../../src/store/record.ts";
import type { TestPostgres } from "../run/postgres.ts";
import { Writer } from "./writer.ts";

/** Of one of several nodes what it has of the fleet: its store, the directory, the service, and the log that it follows. */
export class FleetNode {
  readonly directory = new Directory();
  readonly store: PostgresFleetStore;
  readonly service: FleetService;
  /** Changes of sign-ins that took effect here. */
  readonly accounts: AccountChange[] = [];
  readonly failures: unknown[] = [];
  private heard: Promise<void> = Promise.resolve();

  private constructor(
    store: PostgresFleetStore,
    rows: readonly FleetChange[],
    private readonly tail: PostgresTail,
    private readonly writer: Writer,
  ) {
    this.store = store;
    this.directory.apply(rows);
    let made = 0;
    const random = (n: number) =>
      Buffer.from(Bun.hash(`${writer.id} ${++made}`).toString(16).padStart(n, "0")).subarray(-n);
    this.service = new FleetService({ store, directory: this.directory, micros: () => Date.now() * 1000, random });
    this.revisions.follow(({ accounts }) => void this.accounts.push(...accounts));
  }
  /** @param follows whether it follows the log from the start, or `follow` says when */
  static async of(server: TestPostgres, schema: string, id: number, isThread = false): Promise<FleetNode> {
    const writer = await Writer.of(server, schema, id);
    const address = server.address(schema);
    // as of data that was read before the fleet is
    const [head] = await server.sql(`SELECT seq FROM ${schema}.head`);
    const store = new PostgresFleetStore(address, { worker: isThread, node: () => [id, 1] });
    const rows = await store.open();
    const tail = new PostgresTail({ address, node: { id, epoch: 1 }, pollMs: 50 });
    const node = new FleetNode(store, rows, tail, writer);
    tail.start(Number(head?.seq) - 1, {
      record: ({ body, firstSeq }) => node.read(body, firstSeq),
      failed: (why) => node.failures.push(why),
    });
    return node;
  }
  get revisions() {
    const { revisions } = this.store;
    if (revisions === null) throw new Error("it was opened as if it were alone");
    return revisions;
  }
  /** The log is not told any more, until the function is called. */
  deafen(): () => void {
    this.tail.hold();
    return () => this.tail.release();
  }
  /** Commits a record of its own, as nodes do all day. */
  async record(): Promise<void> {
    await this.writer.commit(3);
  }
  private read(body: Uint8Array | null, firstSeq: number): void {
    if (body === null) return;
    const reader = new RecordReader(body, firstSeq);
    while (reader.next()) {
      if (reader.kind !== Kind.Note || reader.id !== Told.Fleet) continue;
      const bytes = body.subarray(reader.payloadAt, reader.payloadEnd);
      this.heard = this.heard.then(() => this.revisions.heard(bytes)).catch((why) => void this.failures.push(why));
    }
  }
  /** Workspaces, products and devices, to be compared. */
  get rows(): unknown {
    const { directory } = this;
    const rows = [...directory.products()].flatMap((product) => [
      product.row,
      ...[...product.devicesById.values()].map(({ row }) => row),
    ]);
    return [...directory.workspaces(), ...rows].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  }
  async end(): Promise<void> {
    await this.tail.stop();
    await this.store.close();
    await this.writer.end();
  }
}

function nameOf(row: { readonly uid: number }): string {
  return `${"slug" in row} ${"workspace" in row} ${row.uid}`;
}
