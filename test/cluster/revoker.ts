import { TOKENS } from "../run/fleet.ts";
import { until } from "../run/until.ts";
import { Listener, type Place } from "./client.ts";
import type { Servers } from "./servers.ts";

/** What was on its way to a client, or in its hands, when a right was taken from it. */
const UNDER_WAY_MS = 400;
/** Who had the right, and not, so often has heard something. */
const ENOUGH = 5;
const VIEW = { scope: "product", product: "my-product", can: ["view"] };
const USERS = "/api/v1/workspaces/acme/api-users";

/** Notes when each message came. */
class Watcher extends Listener {
  readonly times: number[] = [];
  protected override heardOne(): void {
    this.times.push(performance.now());
  }
}

/** Takes the right to hear from a client and gives it back, again and again, on any server; after the answer nothing may come. */
export class Revoker {
  readonly watcher: Watcher;
  /** From the answer to the revocation until it was asked to be given back, ms. */
  private readonly hidden: (readonly [from: number, to: number])[] = [];
  private over = false;
  private user = 0;
  private at = 0;

  private constructor(
    place: Place,
    private readonly nodes: Servers,
    token: string,
  ) {
    this.watcher = new Watcher(place, token, 1, "dtck/my-product/+/STEPS", "watcher");
  }
  static async of(place: Place, nodes: Servers): Promise<Revoker> {
    const body = { name: "watcher", grants: [VIEW] };
    const made = await until("an API user", async () => {
      const answer = await ask(nodes, 0, "POST", USERS, body);
      return answer?.status === 201 ? answer : null;
    });
    const { api_user, token } = (await made.json()) as { api_user: number; token: { secret: string } };
    const one = new Revoker(place, nodes, token.secret);
    one.user = api_user;
    return one;
  }
  async run(): Promise<void> {
    const heard = this.watcher.run();
    while (!this.over) {
      await Bun.sleep(700);
      await this.grant([]);
      const from = performance.now();
      await Bun.sleep(1200);
      this.hidden.push([from, performance.now()]);
      await this.grant([VIEW]);
    }
    await heard;
  }
  /** Until somebody has answered that it is so. */
  private async grant(grants: readonly unknown[]): Promise<void> {
    while (!this.over) {
      const answer = await ask(this.nodes, ++this.at, "PATCH", `${USERS}/${this.user}`, { grants });
      if (answer?.ok) return;
      await Bun.sleep(100);
    }
  }
  finish(): void {
    this.over = true;
    this.watcher.close();
  }
  /** How often the right was taken, and what was heard in spite of it. */
  check(): { readonly taken: number; readonly heard: number; readonly wrong: readonly string[] } {
    const late = this.watcher.times.filter((time) =>
      this.hidden.some(([from, to]) => time > from + UNDER_WAY_MS && time < to),
    );
    const wrong = late.length === 0 ? [] : [`${late.length} messages were heard after the right to had been taken`];
    // in a short run it may not have logged in yet
    if (this.watcher.times.length === 0 && this.hidden.length >= ENOUGH)
      wrong.push("nothing was ever heard by the client whose right comes and goes");
    return { taken: this.hidden.length, heard: this.watcher.times.length, wrong };
  }
}

/** @returns null: nobody answered */
async function ask(nodes: Servers, at: number, method: string, path: string, body: unknown): Promise<Response | null> {
  const server = nodes.all[at % nodes.all.length];
  const headers: Record<string, string> = {
    authorization: `Token ${TOKENS.owner}`,
    "content-type": "application/json",
  };
  try {
    if (method === "PATCH") {
      const now = await server?.http(path, { headers });
      headers["if-match"] = now?.headers.get("etag") ?? "";
    }
    return (await server?.http(path, { method, headers, body: JSON.stringify(body) })) ?? null;
  } catch {
    return null;
  }
}
