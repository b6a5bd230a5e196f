import type { RecoveredSession, StoredOwner } from "../../store/ports.ts";
import type { Session } from "../session.ts";
import type { WaitingLogin } from "./waits.ts";

/** What the broker asks of several nodes (elsewhere.ts). */
export interface Elsewhere {
  /** Who has which session, as of the row from which the log is followed. */
  load(some: readonly StoredOwner[]): void;
  /** All stored sessions and whose they are, in some order, one text each. */
  readonly owners: { parts(): Iterable<string> };
  /** Whether a start brings a stored row back: it is this node's. */
  brings(stored: RecoveredSession): boolean;
  /**
   * Whether a login has to ask for its session first: another node has it, or may have it where the client wants to go on with one.
   * @param isSure it has asked, and it may be that there is none
   */
  mustAsk(key: string, isAnew: boolean, isSure: boolean): boolean;
  /** Asks for it. @param isAnew Clean Start */
  ask(key: string, isAnew: boolean, login: WaitingLogin): void;
  /** A client has logged in here; the others are told with the next commit. */
  loggedIn(session: Session): void;
  /** Its connection has ended. */
  left(session: Session): void;
  /** A commit is being sealed; nothing is being published. */
  sealing(): void;
  /** The server stops, and the last checkpoints are written: its sessions go to the other nodes. */
  leave(): void;
}
