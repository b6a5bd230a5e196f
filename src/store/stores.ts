import type {
  AccountStore,
  ByNodes,
  DataStore,
  FleetStore,
  Maintenance,
  StoreLease,
  TokenUseStore,
  NodeAddress,
  NodeFacts,
  SharedStore,
} from "./ports.ts";

/** Fleet metadata and accounts in one transaction; the two halves of a folder know of each other. */
interface FleetDatabase extends FleetStore, TokenUseStore {
  readonly accounts: AccountStore & ByNodes;
  /** Whether there ever was data beside it, as `setPaired` noted. */
  isPaired(): Promise<boolean>;
  setPaired(): Promise<void>;
}
/** Data, with work in the background that can be waited for. */
interface DataDatabase extends DataStore {
  /** Resolves when sealing and deleting in the background have nothing left to do; rejects when they fail. */
  idle(): Promise<void>;
}
export interface Stores {
  readonly fleet: FleetDatabase;
  readonly accounts: AccountStore & ByNodes;
  readonly uses: TokenUseStore;
  readonly data: DataDatabase;
  readonly maintenance: Maintenance;
  /** Whether there is a place for data already, though it may be empty; false: the first opening makes it. */
  hasData(): boolean;
  /** Sees to it that the engine keeps what it acknowledges. @throws Refusal invalid_config, with what to do */
  suit(): Promise<void>;
  /** This process as one of several that share the store, once data is open; null: it does not. */
  shared(): SharedStore | null;
  /** Whether this process still has the store; null: nobody else can have it. */
  readonly lease: StoreLease | null;
  /** The servers on this store, the active one first; none where nobody else can have it. */
  nodes(): Promise<readonly NodeFacts[]>;
  /** How those that are active are asked by one another; none where nobody else can have the store. */
  nodeAddresses(): Promise<readonly NodeAddress[]>;
  /** Tells the others how this server is asked, and whether it lets clients go. */
  tellOfNode(told: Omit<NodeAddress, "node"> & { readonly draining: boolean }): Promise<void>;
  /** Keeps the note of this server's clocks where the next one finds it that takes the store over. */
  noteClock(note: string): Promise<void>;
  /**
   * Among several active servers: this one begins to do in the background what one does for all, and looks for what others left of it to do;
   * more often is no harm. A server that is alone does it without being asked.
   */
  doForAll(): void;
  /** What the two halves are called in messages. */
  readonly names: { readonly fleet: string; readonly data: string };
}

export interface StoreOptions {
  /** Of this program, for people who look into a database. */
  readonly version?: string;
  /** In which form measurements are kept for SQL besides; absent: as they are. */
  readonly sql?: "off" | "arrays" | "rows";
  /** Work on files goes on beside the caller's thread, so that a slow disk holds up nobody: for servers. */
  readonly isServer?: boolean;
  /** Something failed in the background and is tried again: a line for the log. */
  readonly onNotice?: (text: string) => void;
  /** Other servers wait for it, or may. */
  readonly standby?: boolean;
  /** Several servers are active on it: what one does for all is begun by `doForAll`. */
  readonly shared?: boolean;
  /** One whose failover loses what was acknowledged is taken all the same. */
  readonly unreplicatedOk?: boolean;
  /** A store cannot go on without a new start of the process. */
  readonly onFatal?: (error: Error) => void;
}
