import { TOKENS } from "../run/fleet.ts";
import type { TestServer } from "../run/server.ts";
import type { Random } from "../fuzz/random.ts";

const NAMES = 12;
/** A device's name, or that there is none. */
type State = string | null;

/** Makes, renames and deletes devices over the API, one request after the other, and knows what must be there. */
export class Editor {
  /** What each device may be: one state when the last answer came, two when the server died under the last request. */
  private readonly may = new Map<string, readonly State[]>();
  readonly faults: string[] = [];
  private running = false;
  private editing = Promise.resolve();
  private count = 0;
  done = 0;

  constructor(
    private readonly product: string,
    private readonly random: Random,
  ) {
    for (let i = 0; i < NAMES; i++) this.may.set(`edited${i}`, [null]);
  }
  start(server: TestServer): void {
    this.running = true;
    this.editing = this.edit(server);
  }
  async died(): Promise<void> {
    this.running = false;
    await this.editing;
  }
  private async edit(server: TestServer): Promise<void> {
    while (this.running) {
      const id = this.random.pick([...this.may.keys()]);
      const [before = null] = this.may.get(id) ?? [];
      const after: State = before !== null && this.random.oneIn(3) ? null : `name ${this.count++}`;
      this.may.set(id, [before, after]);
      try {
        const answer = await this.change(server, id, before, after);
        if (answer.ok) this.may.set(id, [after]);
        else this.faults.push(`${id} from ${before} to ${after}: HTTP ${answer.status} ${await answer.text()}`);
        this.done++;
      } catch {
        return; // the server died under it: it may be done or not
      }
    }
  }
  private change(server: TestServer, id: string, before: State, after: State): Promise<Response> {
    const all = `/api/v1/products/${this.product}/devices`;
    const headers = { "content-type": "application/json", "if-match": "*" };
    const body = JSON.stringify(before === null ? { id, name: after } : { name: after });
    if (after === null) return server.http(`${all}/${id}`, TOKENS.owner, { method: "DELETE", headers });
    if (before === null) return server.http(all, TOKENS.owner, { method: "POST", headers, body });
    return server.http(`${all}/${id}`, TOKENS.owner, { method: "PATCH", headers, body });
  }
  /** Lines for devices that are not as the last answers said. What is there counts from now on. */
  async check(server: TestServer): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const [id, states] of this.may) {
      const response = await server.http(`/api/v1/products/${this.product}/devices/${id}`, TOKENS.owner);
      const is: State = response.status === 404 ? null : ((await response.json()) as { name: string }).name; // docs/api.md
      if (!states.includes(is)) lines.push(`${id} is ${is}, and should be ${states.join(" or ")}`);
      this.may.set(id, [is]);
    }
    return lines;
  }
}
