/** A connection that can be kept silent. */
interface Quiet {
  freeze(): void;
  flush(): void;
  thaw(): void;
  disconnect(reason: number, why: string, text: string): void;
}
export interface QuietBroker {
  readonly connections: Iterable<Quiet>;
  readonly hub: { readonly lagging: boolean; work(): void };
  readonly flush: () => void;
}

/** Nothing is read from clients and nothing leaves until `thaw`; what was read goes on being stored, if it can be. */
export function freeze({ connections }: QuietBroker): void {
  for (const connection of connections) connection.freeze();
}
/** The silence is over. */
export function thaw({ connections, hub, flush }: QuietBroker): void {
  for (const connection of connections) {
    connection.flush();
    connection.thaw();
  }
  if (hub.lagging) hub.work();
  flush();
}
/** Ends every connection; a client of version 5 is told why. */
export function endAll(connections: Iterable<Quiet>, reason: number, why: string, text: string): void {
  for (const connection of [...connections]) connection.disconnect(reason, why, text);
}
