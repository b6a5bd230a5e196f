import { Refusal } from "../base/errors.ts";
import type { Members } from "../feed/members.ts";
import { digestOf, MOST_APART, PASSED_ON, placeOf, signed, verified } from "../http/nodes/passed-on.ts";
import type { NodesPort } from "../http/nodes/port.ts";
import { isCommand, unreachable } from "../http/nodes/relay.ts";
import type { NodeAddress } from "../store/ports.ts";

/** How long the beginning of an answer is waited for, in ms; a node that is gone is waited for no longer than others need to know it. */
const PATIENCE_MS = 60_000;
/** Headers that are of one connection, or made anew for the next (RFC 9110, section 7.6.1). */
const NOT_PASSED_ON = [
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

interface NodesNeeds {
  readonly members: Members;
  /** Who asks this node shows that it has this from the store. */
  readonly key: string;
  /** How all nodes are reached now. @throws Refusal storage_unavailable */
  readonly addresses: () => Promise<readonly NodeAddress[]>;
  /** PEM of the authority that the certificates of the nodes are of; null: one that the machine trusts. */
  readonly ca: string | null;
  /** ms since 1970 */
  readonly now: () => number;
}

/** Asks other nodes over HTTP, and knows what they ask. */
export class Nodes implements NodesPort {
  private known: ReadonlyMap<number, NodeAddress> = new Map();
  /** What is under way, by the node that is asked. */
  private sent = 0;
  /** Commands that were taken of late, and when: none is taken twice. */
  private readonly taken = new Map<string, number>();
  private readonly asked = new Map<AbortController, number>();

  constructor(private readonly needs: NodesNeeds) {
    needs.members.onChange(({ node }) => {
      // one that came again has another key, and its answers do not come any more
      this.known = new Map();
      for (const [ask, of] of this.asked) if (of === node) ask.abort();
    });
  }
  get self(): number {
    return this.needs.members.self;
  }
  get duty(): number {
    return this.needs.members.duty;
  }
  others(): readonly number[] {
    return this.needs.members.numbers.filter((node) => node !== this.self);
  }

  async ask(node: number, request: Request, remoteAddress: string): Promise<Response> {
    const address = await this.addressOf(node);
    if (!address?.url) throw unreachable(`node ${node} has no --node-url`);
    const { method, url } = request;
    const headers = new Headers(request.headers);
    for (const name of NOT_PASSED_ON) headers.delete(name);
    const body = method === "GET" || method === "HEAD" ? null : await request.arrayBuffer();
    const who = { from: this.self, remote: remoteAddress, no: ++this.sent };
    const said = { ...who, url, body: digestOf(body), at: this.needs.now() };
    headers.set(PASSED_ON, signed(address.key, method, said));
    const ask = new AbortController();
    this.asked.set(ask, node);
    const answer = await this.send(node, new URL(placeOf(url), address.url), { method, headers, body }, ask);
    return this.passedOn(answer, ask);
  }
  private async send(node: number, to: URL, init: RequestInit, ask: AbortController): Promise<Response> {
    const timer = setTimeout(() => ask.abort(), PATIENCE_MS);
    try {
      const { ca } = this.needs;
      const tls = ca === null ? {} : { tls: { ca } };
      return await fetch(to, { ...init, ...tls, redirect: "manual", decompress: false, signal: ask.signal });
    } catch {
      this.asked.delete(ask);
      this.known = new Map();
      throw unreachable(`node ${node} does not answer at ${to.origin}`);
    } finally {
      clearTimeout(timer);
    }
  }
  /** As it comes; it breaks off when the node that gives it is gone, and when nobody reads it any more. */
  private passedOn(answer: Response, ask: AbortController): Response {
    const headers = new Headers(answer.headers);
    for (const name of NOT_PASSED_ON) headers.delete(name);
    if (answer.body === null) {
      this.asked.delete(ask);
      return new Response(null, { status: answer.status, headers });
    }
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    void answer.body
      .pipeTo(writable)
      .catch(() => ask.abort())
      .finally(() => this.asked.delete(ask));
    return new Response(readable, { status: answer.status, headers });
  }
  private async addressOf(node: number): Promise<NodeAddress | undefined> {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    this.known = new Map((await this.needs.addresses()).map((one) => [one.node, one]));
    return this.known.get(node);
  }

  /** Whether it is a command that came already, as somebody may send it again who has seen it on its way. */
  private isAgain(request: Request, value: string): boolean {
    if (!isCommand(request)) return false;
    const now = this.needs.now();
    for (const [one, at] of this.taken) if (now - at > 2 * MOST_APART) this.taken.delete(one);
    const isAgain = this.taken.has(value);
    this.taken.set(value, now);
    return isAgain;
  }

  async received(request: Request): ReturnType<NodesPort["received"]> {
    const value = request.headers.get(PASSED_ON);
    if (value === null) return null;
    const said = verified(this.needs.key, request, value, this.needs.now());
    const body = request.body === null ? null : await request.arrayBuffer();
    if (said === null || said.body !== digestOf(body) || this.isAgain(request, value))
      throw new Refusal("not_permitted", `${PASSED_ON} is a header that only nodes of this store send.`);
    const { method } = request;
    const headers = new Headers(request.headers);
    headers.delete(PASSED_ON);
    return {
      request: new Request(said.url, { method, headers, body }),
      remoteAddress: said.remote,
      fromNode: said.from,
    };
  }
}
