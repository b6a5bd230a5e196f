import { Client } from "pg";
import { batchOf } from "../../src/store/data.model.ts";
import { crcOf } from "../../src/store/record.ts";
import type { TestPostgres } from "../run/postgres.ts";

/** Another node that commits, by hand: one connection, one CALL for each record. */
export class Writer {
  private no = 0;
  private constructor(
    private readonly client: Client,
    readonly id: number,
  ) {}
  static async of(server: TestPostgres, schema: string, id: number): Promise<Writer> {
    const client = new Client({ host: server.folder, port: server.port, user: "postgres", database: "postgres" });
    client.on("error", () => {});
    await client.connect();
    await client.query(`SET search_path TO "${schema}"`);
    // a row like that of the store, which is open
    const row = { id, epoch: 1, alive: 1, commit_no: 0, first_seq: 0, identity: `writer ${id}` };
    await client.query(
      "INSERT INTO node SELECT (jsonb_populate_record(n, $1::jsonb)).* FROM node AS n WHERE alive = 1 ORDER BY id LIMIT 1",
      [JSON.stringify(row)],
    );
    return new Writer(client, id);
  }
  /** @param known what it has written from here on was refused */
  async commit(rows: number, known: number | null = null): Promise<void> {
    const values = Array.from({ length: rows }, (_, i) => ({ series: 1, time: this.no * 1000 + i, value: i }));
    const { blob, count } = batchOf(values);
    if (blob !== null) await this.put(blob, count, known);
  }
  /** Commits a record. @param ops as the function of the commit takes them (encode.ts) @returns the number of its first row */
  async put(blob: Uint8Array, count: number, known: number | null = null, ops: string | null = null): Promise<number> {
    const values = [this.id, 1, ++this.no, known, count, Buffer.from(blob), crcOf(blob), ops, [], 0, 0, 0];
    const text = "CALL commit_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    const { rows } = await this.client.query(text, values);
    return Number(rows[0]?.p_seq);
  }
  async end(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
