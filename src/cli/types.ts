/** What the program wants from the world around it; tests hand in another. */
export interface Io {
  /** Results, as they are. */
  out(text: string): void;
  /** Everything else that is said to the person. */
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether results go to a terminal. */
  readonly terminal: boolean;
  /** Whether what is said beside the results goes to a terminal. */
  readonly errTerminal: boolean;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Whether results go to the system's journal. */
  readonly journal: boolean;
  readonly color: boolean;
  /** Asks one question; null when the input ended without an answer. */
  ask(question: string): Promise<string | null>;
  readFile(file: string): string;
  readStdin(): Promise<string>;
  /** The input, piece by piece. */
  stdin(): AsyncIterable<Uint8Array>;
  /** Writes results to their end, however slowly they are read. Rejects with what the system says, EPIPE as well. */
  write(bytes: Uint8Array): Promise<void>;
  /** Calls back at SIGINT, SIGTERM and SIGHUP; answers how to stop listening. */
  onSignal(listener: (signal: string) => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}
