/** One piece of code to copy. */
export interface Snippet {
  /** Which text stands above it: a key of `connect.snippets`. */
  readonly what:
    | "ca"
    | "publish"
    | "listen"
    | "program"
    | "sketch"
    | "flow"
    | "request"
    | "keyRequest"
    | "baseUrl"
    | "header"
    | "try"
    | "broker";
  readonly code: string;
}
