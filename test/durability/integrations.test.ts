import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const KEY = "44444444-4444-4444-8444-444444444444";
const WORKERS = 6;
/** Answered requests between two kills. */
const STEP = 60;
const fleet = `workspaces:
  - slug: acme
    name: Acme
    products:
      - slug: read
        name: Read
        integration_key: ${KEY}
        decoder: |
          function Decoder(request) {
            var body = JSON.parse(request.body);
            return [{ device: body.id, field: "N", value: body.n }, { device: body.id, field: "N", value: "bad" }];
          }
        fields: [{ id: N, type: INT }]
        devices: [{ id: "w{0..${WORKERS - 1}}", name: "{n}" }]
    api_users:
      - { name: all, token: ${TOKEN}, rights: [{ devices: all, can: [view, record_measurements] }] }
`;

/** The processes in which a server runs decoders. */
function sandboxes(server: number): number[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1]);
      const isOne = parent === server && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("sandbox/process.ts");
      return isOne ? [Number(name)] : [];
    } catch {
      return []; // it ended meanwhile, or is no process
    }
  });
}

/** A device that sends a number after the other, each until it is answered; every third twice at the same time. */
class Sender {
  readonly answered: number[] = [];
  private n = 0;
  isOver = false;
  constructor(
    private readonly server: TestServer,
    private readonly id: string,
  ) {}

  async run(): Promise<void> {
    while (!this.isOver) {
      const n = ++this.n;
      const [first] = await Promise.all(n % 3 === 0 ? [this.one(n), this.one(n)] : [this.one(n)]);
      if (first) this.answered.push(n);
    }
  }
  /** @returns whether it was answered before the end */
  private async one(n: number): Promise<boolean> {
    for (let tries = 0; tries < 2000; tries++) {
      try {
        const answer = await this.server.http(`/integrations/api/${KEY}/`, undefined, {
          method: "POST",
          body: JSON.stringify({ id: this.id, n }),
          headers: { "Idempotency-Key": `${this.id} ${n}` },
        });
        if (answer.status === 200 && (await answer.text()) === "thanks") return true;
      } catch {
        // the server is gone: it is sent again
      }
      if (this.isOver) return false;
      await Bun.sleep(20); // a device's pause between two tries
    }
    throw new Error(`request ${n} of ${this.id} was never answered`);
  }
}

let server: TestServer | undefined;
afterAll(() => server?.remove());

test("server and sandbox are killed amid requests: what was answered is stored exactly once", async () => {
  const there = await startServer({ fleet, flags: ["--max-integration-rate", "0"] });
  server = there;
  const senders = Array.from({ length: WORKERS }, (_, i) => new Sender(there, `w${i}`));
  const all = Promise.all(senders.map((one) => one.run()));
  const answered = () => senders.reduce((sum, one) => sum + one.answered.length, 0);
  const more = async (): Promise<void> => {
    const goal = answered() + STEP;
    await until(`${goal} answers`, () => answered() >= goal, 60_000);
  };
  const seen = new Set<number>();
  for (let round = 0; round < 3; round++) {
    await more();
    for (const pid of sandboxes(there.pid)) {
      seen.add(pid);
      process.kill(pid, "SIGKILL");
    }
    await more();
    for (const pid of sandboxes(there.pid)) seen.add(pid);
    await there.kill9();
    await there.restart();
  }
  await more();
  for (const one of senders) one.isOver = true;
  await all;
  for (const [i, { answered: numbers }] of senders.entries()) {
    const stored = (await there.history(TOKEN, `w${i}`, "N")).map((row) => Number(row.N));
    expect(new Set(stored).size).toBe(stored.length);
    expect(numbers.filter((n) => !stored.includes(n))).toEqual([]);
    // at most the one that was under way at the end was not answered
    expect(stored.length - numbers.length).toBeLessThanOrEqual(1);
  }
  expect(seen.size).toBeGreaterThan(3);
  await until("the sandboxes of servers that are gone to end", () =>
    [...seen].every((pid) => !existsSync(`/proc/${pid}`)),
  );
}, 180_000);
