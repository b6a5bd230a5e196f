/** A text of ours that code and tests cite by section: how it is named in a comment, and where it stands. */
export interface Cited {
  readonly name: string;
  readonly path: string;
}
/** A citation: where it stands, and the sections that it names; none when it names the text alone. */
interface Citation {
  readonly path: string;
  readonly text: string;
  readonly sections: readonly number[];
}

/** A page of the repository that a source names, and the heading of it when one is named. */
interface PageCited {
  readonly path: string;
  readonly page: string;
  readonly heading: string | null;
}

/** The numbers of a page's sections: `## 4. Topics` is 4. */
export function sectionsOf(page: string): ReadonlySet<number> {
  return new Set([...page.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number)));
}

/** A comment is read as one line, however it is broken. */
function joined(text: string): string {
  return text.replace(/[ \t]*\n[ \t]*(?:\*(?!\/)|\/\/)[ \t]*/g, " ");
}

/**
 * Every mention of `name` in a source, such as `(wire contract sections 4 and 8)`, `wire contract, section 5` or
 * `section 4 of the wire contract`.
 */
export function citationsOf(name: string, path: string, source: string): readonly Citation[] {
  const numbers = String.raw`(?:,? \(?sections?)? (\d+(?:(?:, | and )\d+)*)`;
  const mention = new RegExp(
    String.raw`(?:sections? (\d+(?:(?:, | and )\d+)*) of the )?\b${name}\b(?:${numbers})?`,
    "gi",
  );
  return [...joined(source).matchAll(mention)].map(([text, before, after]) => ({
    path,
    text,
    sections: [...`${before ?? ""} ${after ?? ""}`.matchAll(/\d+/g)].map(Number),
  }));
}

/** Every mention of a page, such as `docs/history.md "Buckets"`; a backslash before a quotation mark counts as nothing. */
export function pagesCited(path: string, source: string): readonly PageCited[] {
  return [
    ...joined(source).matchAll(/\b(docs\/[\w-]+\.md|ARCHITECTURE\.md|CONTRIBUTING\.md)\b(?: \\?"([^"\\]+))?/g),
  ].map(([, page = "", heading]) => ({ path, page, heading: heading ?? null }));
}
/** The headings of a page, of any level. */
export function headingsOf(page: string): ReadonlySet<string> {
  return new Set([...page.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => heading.trim()));
}

/** Names of texts that code was written by and that are not in the repository: nobody can look them up. */
const ELSEWHERE =
  /\bengine[ -]room\b|\becosystem\b|\b(?:code-review|house|attacks|wishes|console-research|console-look)\.md\b|\b(?:design|review) notes?\b|\bthe notes (?:said|measured|it began)\b/gi;
/** Mentions of texts that are not in the repository. */
export function mentionsElsewhere(path: string, source: string): readonly string[] {
  return [...joined(source).matchAll(ELSEWHERE)].map(([text]) => `${path}: ${text}`);
}
