import { mustStillRead } from "../../admin/readable.ts";
import type { Handler, HttpDeps } from "../deps.ts";
import { authenticate } from "../kit/access.ts";
import type { Reads } from "../kit/reads.ts";
import type { Asking, Asks } from "./asks.ts";
import { answerHistory } from "./query.ts";

/** The history that an account may read. */
export function queryHistory(deps: HttpDeps, reads: Reads): Handler {
  const asks: Asks<Asking> = {
    who: (c) => authenticate(deps, c),
    judge: (reader, _, devices) => mustStillRead(reader, devices),
  };
  return answerHistory(deps, reads, asks);
}
