import { createHmac } from "node:crypto";
import type { Authority } from "../auth/authority.ts";
import { Refusal } from "../base/errors.ts";
import type { Clock, Log, Micros } from "../base/types.ts";
import type { Directory } from "../fleet/directory.ts";
import type { FleetService } from "../fleet/service.ts";
import type { DashboardShare } from "../fleet/types.ts";
import { Attempts, decided } from "./attempts.ts";
import { turnOf } from "./core.ts";
import { normalPassword } from "./password.ts";
import { hashSecret, isSecretForm, sameText } from "./secret.ts";
import { SharedReader } from "./shared-reader.ts";
import type { Asker, Hasher } from "./types.ts";

interface SharesNeeds {
  readonly directory: Directory;
  readonly fleet: FleetService;
  readonly authority: Pick<Authority, "principalOf">;
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly log: Log;
}

/** Uses of a link within this time are noted as one: each is a commit. */
const SAME: Micros = 600 * 1e6;
const OVER = "This link was revoked, has expired, or whoever made it may not share any more. Ask for a new one.";

/**
 * Links that show a dashboard. Who opens one is no account: it reads what the dashboard shows, through operations of its own, and nothing
 * else there is knows its key. The key is the secret of the link; of one with a password also what only who knew it was given. That is
 * computed of the password's hash, so that nothing is kept for it, it outlives a restart, and ends with the password.
 */
export class Shares {
  private readonly attempts = new Attempts();
  private readonly byHash = new Map<string, number>();
  private readonly noting = new Set<number>();

  constructor(private readonly needs: SharesNeeds) {
    const { directory } = needs;
    for (const { hash, uid } of directory.all("dashboardShare")) this.byHash.set(hash, uid);
    directory.onChange((changes) => {
      for (const change of changes) {
        if (change.kind !== "dashboardShare") continue;
        if (change.op === "put") this.byHash.set(change.row.hash, change.row.uid);
        else this.byHash.delete(change.before.hash);
      }
    });
  }

  /** What is stored of the password of a new link. @throws Refusal too_many_attempts */
  hash(password: string, asker: Asker): Promise<string> {
    return this.needs.hasher.hash(normalPassword(password), turnOf(asker, true));
  }

  /**
   * Opens a link.
   * @returns the key that its requests bear
   * @throws Refusal link_over, password_needed, sign_in_failed, too_many_attempts
   */
  async open(secret: string, password: string | null, asker: Asker): Promise<{ key: string; reader: SharedReader }> {
    const { clock, hasher } = this.needs;
    const row = this.find(secret);
    if (row.passwordHash === null) return { key: secret, reader: this.readerOf(row) };
    if (password === null) throw needed();
    const attempt = this.attempts.begin(`share ${row.uid}`, asker.address, clock.steady());
    const right = hasher.verify(normalPassword(password), row.passwordHash, turnOf(asker, false));
    if (!(await decided(attempt, right))) throw new Refusal("sign_in_failed", "This is not the password of the link.");
    attempt.succeeded();
    // hashing takes its time: it may have been revoked, or got another password
    const now = this.find(secret);
    return { key: keyOf(secret, now), reader: this.readerOf(now) };
  }

  /**
   * Who reads by a key. Asked with each request, and again while a stream is open.
   * @throws Refusal link_over, password_needed
   */
  reader(key: string): SharedReader {
    const [secret = "", ...rest] = key.split(".");
    const row = this.find(secret);
    if (rest.length > 0 || row.passwordHash !== null) {
      if (!sameText(key, keyOf(secret, row))) throw needed();
    }
    this.note(row);
    return this.readerOf(row);
  }
  /** Whether a link works, and why not. */
  state(row: DashboardShare): "active" | "expired" | "closed" {
    if (row.expires !== null && row.expires <= this.needs.clock.trusted()) return "expired";
    return this.readerOf(row).isOpen ? "active" : "closed";
  }

  /** @throws Refusal link_over: the same for one that never was */
  private find(secret: string): DashboardShare {
    const uid = isSecretForm(secret) ? this.byHash.get(hashSecret(secret)) : undefined;
    const row = uid === undefined ? undefined : this.needs.directory.row("dashboardShare", uid);
    if (row === undefined || this.state(row) !== "active") throw new Refusal("link_over", OVER);
    return row;
  }
  private readerOf(row: DashboardShare): SharedReader {
    return new SharedReader(this.needs, row);
  }

  /** Notes that a link is used; what cannot be noted is told by the log, and no reason not to answer. */
  private note({ uid, used }: DashboardShare): void {
    const { clock, fleet, directory, log } = this.needs;
    const now = clock.micros();
    if (this.noting.has(uid) || (used !== null && Math.abs(now - used) < SAME)) return;
    this.noting.add(uid);
    fleet
      .edit((draft) => {
        const row = directory.row("dashboardShare", uid);
        if (row !== undefined) draft.drafts.push({ kind: "dashboardShare", op: "put", row: { ...row, used: now } });
      })
      .catch((error: unknown) => log.warn({ error: String(error) }, "the use of a link is not noted"))
      .finally(() => this.noting.delete(uid));
  }
}

function keyOf(secret: string, { passwordHash }: DashboardShare): string {
  if (passwordHash === null) return secret;
  return `${secret}.${createHmac("sha256", passwordHash).update(secret).digest("hex")}`;
}
const needed = () => new Refusal("password_needed", "This link asks for a password: open it again with the password.");
