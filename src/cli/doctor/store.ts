import { errorText } from "../../base/errors.ts";
import { suitabilityOf } from "../../store/open.ts";
import type { Config } from "../../config/settings.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** What the PostgreSQL is like that has the data; nothing where it is in the folder. @param now Unix time in ms */
export async function checkStore(
  address: string | null,
  now: number,
  config: Pick<Config, "standby" | "cluster" | "unreplicatedOk">,
): Promise<Check[]> {
  if (address === null) return [];
  try {
    const found = await suitabilityOf(address, now, { ...config, shared: config.cluster });
    return found.map(({ level, text, mend }) => {
      if (level === "good") return ok("store", text);
      return level === "odd" ? warn("store", text, mend) : fail("store", text, mend);
    });
  } catch (error) {
    return [fail("store", errorText(error), "see docs/postgresql.md")];
  }
}
