/** A decoder as people write them, what comes to it, and what must be stored of that. */
export interface Example {
  /** The signature and the form of what it returns, and what kind of thing it is for. */
  readonly name: string;
  readonly code: string;
  /** Bytes of an uplink of the device `node`, or a request, or a message. */
  readonly comes:
    | { readonly hex: string; readonly port: number }
    | { readonly body: string; readonly query?: string; readonly type?: string }
    | { readonly topic: string; readonly payload: string };
  /** By device, then by field. */
  readonly stored: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Times of stored values, RFC 3339, by field; of the device `node`. */
  readonly times?: Readonly<Record<string, readonly string[]>>;
  /** Identifiers and serials that are not there, and are suggested. */
  readonly suggested?: readonly string[];
  /** What the log of the product says beside. */
  readonly messages?: readonly string[];
  /** Why nothing came of it. */
  readonly error?: string;
  /** Line of the error, from 1. */
  readonly line?: number;
  /** It comes twice: nothing may be left over from the first time. */
  readonly twice?: true;
}
