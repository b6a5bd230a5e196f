import { TOKENS } from "../run/fleet.ts";
import type { TestServer } from "../run/server.ts";

const HOUR_MS = 3_600_000;
const ROWS = 20;

/**
 * Records rows for hours long gone, an hour a request, while retention makes rollups of them: whatever a kill breaks off,
 * each acknowledged row is counted once, as a measurement or in a rollup.
 */
export class OldRows {
  private readonly acknowledged = new Set<number>();
  readonly faults: string[] = [];
  private running = false;
  private writing = Promise.resolve();
  private count = 0;

  constructor(
    private readonly product: string,
    private readonly device: string,
    private readonly first: number,
  ) {}
  start(server: TestServer): void {
    this.running = true;
    this.writing = this.write(server);
  }
  async died(): Promise<void> {
    this.running = false;
    await this.writing;
  }
  get done(): number {
    return this.acknowledged.size;
  }
  private async write(server: TestServer): Promise<void> {
    for (; this.running; this.count++) {
      const at = this.first + this.count * HOUR_MS;
      const rows = Array.from({ length: ROWS }, (_, i) => ({ field: "LEVEL", value: i, timestamp: at + i * 1000 }));
      try {
        const init = { method: "POST", body: JSON.stringify(rows) };
        const response = await server.http(`/v1/devices/${this.device}/record/?batch=true`, TOKENS.owner, init);
        if (response.status === 200) this.acknowledged.add(this.count);
        else this.faults.push(`hour ${this.count}: HTTP ${response.status} ${await response.text()}`);
        if (this.count % 8 === 7) await server.operation("storeSweep");
      } catch {
        this.count++;
        return; // the server died under it: that hour may be there or not
      }
    }
  }
  /** Lines for hours whose count or sum is not what was recorded. */
  async check(server: TestServer): Promise<readonly string[]> {
    if (this.count === 0) return [];
    const from = new Date(this.first).toISOString();
    const to = new Date(this.first + this.count * HOUR_MS).toISOString();
    const fields = "LEVEL:COUNT,LEVEL:SUM";
    const path = `/v1/history?products=${this.product}&devices=${this.device}&fields=${fields}&resolution=1h&from=${from}&to=${to}`;
    const response = await server.http(path, TOKENS.owner);
    if (!response.ok) return [`the history of old rows: HTTP ${response.status} ${await response.text()}`];
    const { rows } = (await response.json()) as { rows: Record<string, string | number>[] }; // docs/history.md
    const found = new Map(rows.map((row) => [Date.parse(String(row.time)), row]));
    const lines: string[] = [];
    for (let hour = 0; hour < this.count; hour++) {
      const row = found.get(this.first + hour * HOUR_MS);
      const count = Number(row?.["LEVEL:COUNT"] ?? 0);
      const sum = Number(row?.["LEVEL:SUM"] ?? 0);
      const whole = count === ROWS && sum === (ROWS * (ROWS - 1)) / 2;
      const missing = count === 0 && !this.acknowledged.has(hour);
      if (!whole && !missing) lines.push(`hour ${hour}: ${count} rows with the sum ${sum}, of ${ROWS}`);
    }
    return lines;
  }
}
