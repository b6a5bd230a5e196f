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
