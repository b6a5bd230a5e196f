import { Raw } from "../run/raw.ts";
import { type Place, soon } from "./client.ts";

/** So long after the CONNACK of a later one an older connection of the same client may still be served, ms. */
const BOTH_MS = 6000;
/** Somebody who is still served answers within that, ms. */
const ANSWER_MS = 1000;

/** One client identifier without a session, whose connections follow each other from server to server: none is served when a later one is. */
export class Twins {
  logins = 0;
  readonly wrong: string[] = [];
  private over = false;
  private current: Raw | null = null;
  private readonly looks: Promise<void>[] = [];

  constructor(
    private readonly place: Place,
    private readonly token: string,
  ) {}
  async run(): Promise<void> {
    for (let n = 0; !this.over; n++) {
      const port = this.place.ports[n % this.place.ports.length] as number;
      const next = await this.login(port);
      if (next !== null) {
        const { current } = this;
        this.current = next;
        this.logins++;
        if (current !== null) this.looks.push(this.look(current));
      }
      await Bun.sleep(500);
    }
    await Promise.all(this.looks);
    this.current?.reset();
  }
  private async login(port: number): Promise<Raw | null> {
    let raw: Raw | null = null;
    try {
      raw = await Raw.open(port);
      const connack = await soon(raw, raw.connect({ token: this.token, clientId: "twin", keepAlive: 60 }));
      if (connack.reasonCode === 0) return raw;
    } catch {}
    raw?.reset();
    return null;
  }
  /** A later one was let in. */
  private async look(older: Raw): Promise<void> {
    const end = performance.now() + BOTH_MS;
    while (!this.over && performance.now() < end) await Bun.sleep(100);
    if (this.over) return older.reset();
    older.left();
    if (!older.isClosed) older.send({ type: "pingreq" });
    await Bun.sleep(ANSWER_MS);
    const answers = older.left().filter(({ type }) => type !== "disconnect");
    if (answers.length > 0)
      this.wrong.push("a connection was served 6 s after a later one of the same client was let in");
    older.reset();
  }
  finish(): void {
    this.over = true;
  }
}
