/** The other nodes of a server that is one of several. */
export interface NodesPort {
  /** This node's number. */
  readonly self: number;
  /** Which node does what one does for all; 0: nobody knows one. */
  readonly duty: number;
  /** Numbers of the others that take part. */
  others(): readonly number[];
  /**
   * Asks another node over HTTP in the name of a client: its method, address, headers (credentials among them) and body as they are. The
   * other one answers for itself and asks nobody: it sees this node's number in `c.env.fromNode`.
   * @param remoteAddress the client's
   * @throws Refusal node_unreachable
   */
  ask(node: number, request: Request, remoteAddress: string): Promise<Response>;
  /** What a request that came from another node was before that; null: a client sent it. @throws Refusal not_permitted: no node sent it */
  received(
    request: Request,
  ): Promise<{ readonly request: Request; readonly remoteAddress: string; readonly fromNode: number } | null>;
}
