import type { Micros } from "../base/types.ts";
import { MultiMap } from "../fleet/multimap.ts";
import { hashToken, newToken, type Random } from "../fleet/token.ts";

/** How long a ticket waits to be used. */
export const TICKET_LIFE: Micros = 60 * 1_000_000;
/** Tickets of one browser that wait; the oldest goes. */
const MOST_WAITING = 8;

/** What a ticket was given for. */
interface TicketHolder {
  /** Key of the account. */
  readonly key: string;
  /** Hash of the browser's session: with it ends what its tickets opened. */
  readonly signIn: string;
  /** Origin of the page that asked; null: a program that names none. */
  readonly page: string | null;
}
interface Waiting extends TicketHolder {
  readonly until: Micros;
}

/**
 * Logins to MQTT for browsers that are signed in: a cookie logs nobody in there, so a page asks for a ticket with its cookie and
 * its CSRF token, and sends that as access token. It works once, within a minute, over a WebSocket that a page of the same
 * origin opens. In memory, by digest; a restart ends all of them, as it ends connections.
 */
export class Tickets {
  private readonly waiting = new Map<string, Waiting>();
  private readonly bySignIn = new MultiMap<string, string>();
  /** Browsers that got a ticket: what their logins are told apart by. Below zero, where no token is. */
  private readonly logins = new Map<string, { readonly key: string; readonly uid: number }>();
  private lastUid = 0;

  /** @param ended what the tickets of a browser opened must go */
  constructor(private readonly ended: (key: string, uid: number) => void) {}

  /** @param now µs of the steady clock @returns the ticket, in the form of an access token */
  issue(holder: TicketHolder, random: Random, now: Micros): string {
    // in the order in which they were given, so those that are over come first
    for (const [hash, { until }] of this.waiting) {
      if (until > now) break;
      this.drop(hash);
    }
    const mine = this.bySignIn.list(holder.signIn);
    for (const hash of mine.slice(0, Math.max(0, mine.length - MOST_WAITING + 1))) this.drop(hash);
    const ticket = newToken(random);
    const hash = hashToken(ticket);
    this.waiting.set(hash, { ...holder, until: now + TICKET_LIFE });
    this.bySignIn.add(holder.signIn, hash);
    if (!this.logins.has(holder.signIn)) this.logins.set(holder.signIn, { key: holder.key, uid: --this.lastUid });
    return ticket;
  }

  /**
   * Uses a ticket up, also when it was sent from elsewhere.
   * @param page Origin of the page that opened the WebSocket; undefined: it is none
   * @returns whose it is, and the uid of the login, below 0; null: it is no ticket, or not good
   */
  take(ticket: string, page: string | null | undefined, now: Micros): { key: string; uid: number } | null {
    if (this.waiting.size === 0) return null;
    const hash = hashToken(ticket);
    const found = this.waiting.get(hash);
    if (!found) return null;
    this.drop(hash);
    if (found.until <= now || found.page !== page) return null;
    return this.logins.get(found.signIn) ?? null;
  }

  /** A browser is signed out, by whatever: its tickets and what they opened go in this turn. */
  signedOut(signIn: string): void {
    for (const hash of this.bySignIn.list(signIn)) this.drop(hash);
    const login = this.logins.get(signIn);
    if (!login) return;
    this.logins.delete(signIn);
    this.ended(login.key, login.uid);
  }

  private drop(hash: string): void {
    const found = this.waiting.get(hash);
    if (!found) return;
    this.waiting.delete(hash);
    this.bySignIn.delete(found.signIn, hash);
  }
}
