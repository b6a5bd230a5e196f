import { type Removal, remove, type Target } from "../../admin/remove.ts";
import type { Call, Reply } from "./route.ts";

/**
 * Deletes what was found, or with dry_run=true only tells what would go.
 * @param targetOf what is deleted; @param stateOf its state, for If-Match
 */
export async function removed<T>(
  call: Call<T, { readonly dry_run?: boolean | undefined }, unknown>,
  targetOf: (found: T) => Target,
  stateOf: (found: T) => string,
): Promise<Reply<ReturnType<typeof shown>>> {
  const again = () => {
    const found = call.again();
    call.checkState(stateOf(found));
    return targetOf(found);
  };
  const dryRun = call.query.dry_run === true;
  return { body: shown(await remove(call.deps, call.edit, targetOf(call.found), { dryRun, again })) };
}

function shown({ dryRun, taken }: Removal) {
  const { products, fields, devices, series, measurements, grants, apiUsers, tokens, sessions } = taken;
  const takes = { products, fields, devices, series, measurements, grants, api_users: apiUsers, tokens, sessions };
  return { dry_run: dryRun, takes };
}
