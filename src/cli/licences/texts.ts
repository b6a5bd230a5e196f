import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences of fieldcast and of what is in it. The build of the executable puts the finished text in the place of this module. */

const root = join(import.meta.dir, "..", "..", "..");
const FILE = /^(licen[cs]e|copying|notice|ofl)(\.|-|$)/i;

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** The text, package by package: what the server needs, what the console is made of, and Bun. */
export function licenceTexts(): string {
  const own = `fieldcast\n\n${readFileSync(join(root, "LICENSE"), "utf8")}`;
  return [own, ...packagesOf(root), ...packagesOf(join(root, "console"))].join(`\n${"-".repeat(80)}\n\n`);
}

/** Of one lock file: packages that are not for development alone, and are there. */
function packagesOf(folder: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== "" && dev !== true && existsSync(join(folder, path)))
    .map(([path, { version, license }]) => {
      const name = path.replace(/^.*node_modules\//, "");
      const files = readdirSync(join(folder, path)).filter((file) => FILE.test(file));
      const texts = files.map((file) => readFileSync(join(folder, path, file), "utf8").trim());
      return [`${name} ${version ?? ""}, ${license ?? "see its text"}`, ...texts].join("\n\n");
    });
}
