/** A text of ours that code and tests cite by section: how it is named in a comment, and where it stands. */
export interface Cited {
  readonly name: string;
  readonly path: string;
}
/** A citation: where it stands, and the sections that it names; none when it names the text alone. */
export interface Citation {
  readonly path: string;
  readonly text: string;
  readonly sections: readonly number[];
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
