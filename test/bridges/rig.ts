import type { BrokerSettings } from "../../src/fleet/types.ts";
import { FLEET } from "../run/fleet.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

export const ADMIN = "0a".repeat(20);
/** The fleet of all tests, with an account for external brokers that may do everything on free topics, and one that may little. */
export const BRIDGED = `${FLEET.replace(
  "- name: field devices",
  `- { name: bridge, rights: [{ free_topics: ["#"], can: [publish, subscribe] }, { devices: all, can: [view, record_measurements] }] }
      - { name: narrow, rights: [{ free_topics: ["open/#"], can: [publish, subscribe] }] }
      - name: field devices`,
)}
  - { email: free@example.com, token: ${ADMIN}, workspaces: { acme: admin } }
`;
export const FLAGS = ["--free-topics", "--allow-outgoing", "127.0.0.0/8,localhost"];

type Route = Partial<Record<string, unknown>>;
export const forward = (pattern: string, way: string, more: Route = {}): Route => ({
  direction: "forward",
  pattern,
  way,
  ...more,
});

/** External brokers of a server, over its API. */
export class Bridges {
  constructor(readonly server: TestServer) {}

  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test is about
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<any> {
    const init = {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const answer = await this.server.http(`/api/v1/workspaces/acme/brokers${path}`, ADMIN, init);
    const text = await answer.text();
    const json = text === "" ? null : JSON.parse(text);
    if (answer.status >= 400) throw new Error(`${answer.status} ${text}`);
    return json;
  }
  /** @returns its number */
  async make(
    name: string,
    addresses: readonly string[],
    routes: readonly Route[],
    more: Partial<Record<string, unknown>> = {},
  ): Promise<number> {
    const made = await this.ask("POST", "", { name, addresses, routes, account: "bridge", keep_alive: 5, ...more });
    return made.broker;
  }
  change(broker: number, body: Partial<Record<keyof BrokerSettings | "name", unknown>>): Promise<unknown> {
    return this.ask("PATCH", `/${broker}`, body, { "If-Match": "*" });
  }
  /** Until it is in a state, and fulfils something beside it. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  async becomes(broker: number, state: string, is: (one: any) => boolean = () => true, ms = 30_000): Promise<any> {
    let last: unknown;
    try {
      return await until(
        `the broker is ${state}`,
        async () => {
          const one = await this.ask("GET", `/${broker}`);
          last = one;
          return one.state === state && is(one) ? one : null;
        },
        ms,
      );
    } catch (error) {
      throw new Error(
        `${error instanceof Error ? error.message : error}: ${JSON.stringify(last)} ${JSON.stringify(await this.events(broker))}`,
      );
    }
  }
  async events(broker: number): Promise<readonly { readonly what: string; readonly text: string }[]> {
    return (await this.ask("GET", `/${broker}/events?limit=50`)).items;
  }
}
