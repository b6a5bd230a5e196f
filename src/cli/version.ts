import packageJson from "../../package.json" with { type: "json" };

declare const FIELDCAST_COMMIT: string;

/** What `--version` prints: the version, the commit of an executable (`npm run build` writes it in), and what it runs on. */
export function versionText(): string {
  const from = typeof FIELDCAST_COMMIT === "string" ? `commit ${FIELDCAST_COMMIT}` : "from a clone";
  return `fieldcast ${packageJson.version} (${from}, Bun ${Bun.version}, ${process.platform} ${process.arch})`;
}
