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
 * origin opens. In memory, by digest; a restart ends all of them, as it ends connections. Among several nodes each knows those of all.
 */
export class Tickets {
  private readonly waiting = new Map<string, Waiting>();
  private readonly bySignIn = new MultiMap<string, string>();
  /** Browsers that got a ticket: what their logins are told apart by. Below zero, where no token is. */
  private readonly logins = new Map<string, { readonly key: string; readonly uid: number }>();
  private lastUid = 0;
  /** Among several nodes: notes that a ticket was used, whether as the first; null: there is one. */
  spend: ((hash: string) => Promise<boolean>) | null = null;

  /** @param ended what the tickets of a browser opened must go */
  constructor(private readonly ended: (key: string, uid: number) => void) {}

  /** @param now µs of the steady clock @returns the ticket, in the form of an access token */
  issue(holder: TicketHolder, random: Random, now: Micros): string {
    const ticket = newToken(random);
    this.given(hashToken(ticket), holder, now);
    return ticket;
  }
  /** A ticket was given, by whichever node. @param hash see hashToken */
  given(hash: string, { key, signIn, page }: TicketHolder, now: Micros): void {
    if (this.waiting.has(hash)) return;
    // in the order in which they were given, so those that are over come first
    for (const [old, { until }] of this.waiting) {
      if (until > now) break;
      this.drop(old);
    }
    const mine = this.bySignIn.list(signIn);
    for (const old of mine.slice(0, Math.max(0, mine.length - MOST_WAITING + 1))) this.drop(old);
    this.waiting.set(hash, { key, signIn, page, until: now + TICKET_LIFE });
    this.bySignIn.add(signIn, hash);
    if (!this.logins.has(signIn)) this.logins.set(signIn, { key, uid: --this.lastUid });
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
    const isGood = found.until > now && found.page === page;
    const login = isGood ? (this.logins.get(found.signIn) ?? null) : null;
    void this.used(hash, login);
    return login;
  }

  /** One that was used on another node, too: what its browser opened here goes. */
  private async used(hash: string, login: { readonly key: string; readonly uid: number } | null): Promise<void> {
    const isFirst = this.spend === null || (await this.spend(hash).catch(() => false));
    if (!isFirst && login !== null) this.ended(login.key, login.uid);
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
