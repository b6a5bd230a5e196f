import { listSettings } from "../src/config/settings.ts";

/**
 * A settings file with every setting in it, commented out with its default.
 * @param set what is not commented out, by the file's keys
 */
export function configFile(set: Readonly<Record<string, string>>): string {
  const head =
    "# Settings of fieldcast. Each line is a setting with its default; take the # away to change it.\n# What is allowed, in words: docs/settings.md. A name or a value that is wrong stops the start with one line.";
  const groups = new Map<string, string[]>();
  for (const { group, fileKey, default: usual, description, repeatable, value } of listSettings()) {
    const given = set[fileKey];
    const shown = repeatable && usual === "" ? `[]  # ${value}` : usual === "" ? `  # ${value}` : quoted(usual);
    const line = given === undefined ? `#${fileKey}: ${shown}`.trimEnd() : `${fileKey}: ${quoted(given)}`;
    groups.set(group, [...(groups.get(group) ?? []), `# ${description}\n${line}`]);
  }
  const parts = [...groups].map(([group, lines]) => `## ${group}\n\n${lines.join("\n\n")}`);
  return `${[head, ...parts].join("\n\n")}\n`;
}

/** As YAML reads it back as a text, where it could be something else. */
const quoted = (text: string): string =>
  /^[A-Za-z0-9/._-][A-Za-z0-9/._ -]*$/.test(text) ? text : JSON.stringify(text);
