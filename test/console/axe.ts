import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const script = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with a page (WCAG 2.2 A and AA, and its own good practice): a line for each place. */
export async function axe(page: Page): Promise<string[]> {
  // evaluated by the debugger: the policy of the pages allows no scripts of others
  await page.evaluate(script);
  return page.evaluate(async () => {
    interface Axe {
      run(options: object): Promise<{
        violations: {
          id: string;
          help: string;
          nodes: { target: string[]; failureSummary?: string; html: string }[];
        }[];
      }>;
    }
    // put there by the script above
    const { axe: check } = globalThis as unknown as { axe: Axe };
    const { violations } = await check.run({ resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id} at ${node.target.join(" ")}: ${node.failureSummary ?? ""} ${node.html.slice(0, 160)}`),
    );
  });
}
