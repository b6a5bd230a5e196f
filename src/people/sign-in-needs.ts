import type { AccountStore, ByNodes, GivenTicket } from "../store/ports.ts";
import type { PeopleSettings } from "./types.ts";

/** What the browsers that are signed in stand on. */
export interface SignInNeeds {
  readonly store: AccountStore & ByNodes;
  readonly settings: PeopleSettings;
  /** A browser is signed out, by whatever. @param signIn hash of its session */
  readonly ended?: (signIn: string) => void;
  /** Among several nodes: a browser was given a ticket, by whichever. */
  readonly ticket?: (ticket: GivenTicket) => void;
}
