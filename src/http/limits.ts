/** What one account, or one request, may take of the HTTP side. */
export interface HttpLimits {
  /** Largest request body in bytes. */
  readonly maxBody: number;
  /** Most rows of a batch. */
  readonly maxBatchRows: number;
  /** Most values of one answer of history. */
  readonly maxHistoryPoints: number;
  /** Requests a second of one account under /api/v1; 0: no limit. */
  readonly maxRequestRate: number;
  /** Questions of one account that are answered at the same time. */
  readonly maxReads: number;
  /** Most open streams of one account. */
  readonly maxStreams: number;
  /** Characters that may wait for the reader of a stream. */
  readonly maxStreamBuffer: number;
  /** Requests a second at the HTTP integration of one product; 0: no limit. */
  readonly maxIntegrationRate: number;
}

/** What holds up those who ask too often. */
export interface Brakes {
  /** A login failed. Returns ms to wait before it is answered. */
  failedLogin(address: string): number;
  /** An account wants to record so many bytes. 0: it may; otherwise the seconds after which it is worth trying again. */
  record(account: string, bytes: number): number;
  /** Runs `fn` after `ms`. */
  later(fn: () => void, ms: number): void;
}
