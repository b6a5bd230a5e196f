import { Refusal } from "../../base/errors.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";
import type { RequestPace } from "./pace.ts";

/** How fast somebody may ask; the clock and the metrics are the server's. */
interface Paced {
  readonly deps: Pick<HttpDeps, "clock" | "metrics">;
  /** Null: no limit. */
  readonly pace: RequestPace | null;
}

/** Counts a request of an account; every answer tells what is left. @throws Refusal rate_limited */
export function allow({ deps, pace }: Paced, c: HttpContext, account: string): void {
  if (pace === null) return;
  const { limit, left, reset, wait } = pace.ask(account, deps.clock.steady());
  c.set("rate", { "RateLimit-Limit": `${limit}`, "RateLimit-Remaining": `${left}`, "RateLimit-Reset": `${reset}` });
  if (wait === 0) return;
  deps.metrics.requestLimited();
  throw new Refusal("rate_limited", `At most ${limit} requests a second. Try again later.`, undefined, wait);
}
