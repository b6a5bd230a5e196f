/** What carries messages between nodes as well as it can: it may lose them, double them and change their order. */
export interface NodeBus {
  /** Messages get through, as far as anybody knows. */
  readonly isConnected: boolean;
  /** Bytes of the largest message that it takes. */
  readonly most: number;
  /** Tells the other nodes; what cannot be sent now is gone. Never throws. */
  send(message: Uint8Array): void;
  /** Who hears what other nodes send. The bytes are the hearer's only until it returns. */
  hear(heard: (message: Uint8Array) => void): void;
  end(): Promise<void>;
}

/** What became of records that a node was told of. */
export interface RoadFigures {
  /** Records that came by the bus and were taken, those of this node among them. */
  taken: number;
  /** Those that were read from the log. */
  read: number;
  /** Messages that were damaged, of another instance, or of a server of the database that is not the one whose log is read. */
  refused: number;
}
