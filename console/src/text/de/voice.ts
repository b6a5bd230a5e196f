/** What the server says of a wrong value, in the forms of src/base/voice.ts of the server, in German. */

const KINDS: Readonly<Record<string, string>> = {
  "a text": "ein Text",
  "a number": "eine Zahl",
  "a whole number": "eine ganze Zahl",
  "true or false": "true oder false",
  null: "null",
  "a list": "eine Liste",
  "a group of keys": "eine Gruppe von Schlüsseln",
};
const SIDES: Readonly<Record<string, string>> = {
  "at least": "mindestens",
  "at most": "höchstens",
  exactly: "genau",
  "more than": "größer als",
  "less than": "kleiner als",
};
const COUNTED: Readonly<Record<string, string>> = { characters: "Zeichen", entries: "Einträge" };
const KIND = Object.keys(KINDS).join("|");

type Form = readonly [pattern: RegExp, german: (...parts: string[]) => string];
const FORMS: readonly Form[] = [
  [/^is missing$/, () => "fehlt"],
  [/^is not allowed$/, () => "ist nicht erlaubt"],
  [/^should not be empty$/, () => "darf nicht leer sein"],
  [new RegExp(`^should be ((?:${KIND})(?: or (?:${KIND}))*)$`), (kinds = "") => `muss ${kindsOf(kinds)} sein`],
  [
    /^should be (at least|at most|exactly|more than|less than) (\S+)$/,
    (side = "", n = "") => `muss ${SIDES[side]} ${n} sein`,
  ],
  [
    /^should have (at least|at most|exactly) (\S+) (characters|entries)$/,
    (side = "", n = "", what = "") => `muss ${SIDES[side]} ${n} ${COUNTED[what]} haben`,
  ],
  [/^should be a multiple of (\S+)$/, (n = "") => `muss ein Vielfaches von ${n} sein`],
  [/^should have the form (.+)$/, (form = "") => `muss die Form ${form} haben`],
  [/^should be a valid (\S+)$/, (what = "") => `ist nicht gültig (${what})`],
  [
    /^unknown key ("[^"]*")(?:; allowed are (.+))?$/,
    (key = "", all) => `unbekannter Schlüssel ${key}${all === undefined ? "" : `; erlaubt sind ${all}`}`,
  ],
  // words alone: what is prose stays as the server says it
  [/^allowed (?:is|are) ([^\s,;]+(?:, [^\s,;]+)*)$/, (all = "") => `erlaubt ist ${all}`],
];
/** `a text or a number`; `true or false` is one of them. */
function kindsOf(text: string): string {
  return text
    .split(new RegExp(`(${KIND})`))
    .map((part) => KINDS[part] ?? (part === " or " ? " oder " : part))
    .join("");
}

/** The same in German, where it has one of the forms; otherwise as it is. */
export function voice(sentence: string): string {
  const [, said = "", guess] = /^(.*?)(?:; did you mean (.+)\?)?$/s.exec(sentence.replace(/\.$/, "")) ?? [];
  for (const [pattern, german] of FORMS) {
    const found = pattern.exec(said);
    if (found !== null) return `${german(...found.slice(1))}${guess === undefined ? "" : `; meintest du ${guess}?`}`;
  }
  return sentence;
}
