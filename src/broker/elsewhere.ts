import type { Ingest } from "../ingest/ingest.ts";
import type { News } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import { TAKEN_OVER } from "./farewells.ts";
import type { Session } from "./session.ts";

/**
 * Among several nodes: a client has one connection in all of them [MQTT-3.1.4-3]. Each login is a row of the log; who applies one of
 * another node closes the connection that the same client has here, when its own login stands before it. Who comes later in the log
 * stays, so all nodes come to the same one, and it is never two for longer than a row takes to get around. CONNACK does not wait for it.
 */
export class Elsewhere {
  /** Sessions with a connection here, by the digest of their key. */
  private readonly here = new Map<string, Session>();

  constructor(private readonly ingest: Pick<Ingest, "commits">) {}

  /** A client has logged in here; the others are told with the next commit. */
  loggedIn(session: Session): void {
    session.loginSeq = Number.POSITIVE_INFINITY;
    const numbers = digestOf(session.key);
    this.here.set(numbers.join(), session);
    const { commits } = this.ingest;
    const { connection } = session;
    const isHere = (): boolean => session.connection === connection;
    commits.news(Told.Login, numbers);
    commits.wait(
      {
        committed: () => {
          if (isHere()) session.loginSeq = commits.nextSeq - 1;
        },
        // nobody was told
        failed: () => {
          if (isHere()) this.loggedIn(session);
        },
      },
      0,
    );
  }
  /** Its connection has ended. */
  left(session: Session): void {
    const key = digestOf(session.key).join();
    if (this.here.get(key) === session) this.here.delete(key);
  }
  /** A node tells of something. */
  heard({ node, what, numbers, seq }: News): void {
    if (what !== Told.Login || node === this.ingest.commits.self) return;
    const session = this.here.get(numbers.join());
    if (session !== undefined && session.loginSeq < seq) session.connection?.disconnect(0x8e, "taken over", TAKEN_OVER);
  }
}

/** 96 bits that nobody can find another key for, in two numbers. */
export function digestOf(key: string): number[] {
  const digest = new Bun.CryptoHasher("sha256").update(key).digest();
  return [digest.readUIntBE(0, 6), digest.readUIntBE(6, 6)];
}
