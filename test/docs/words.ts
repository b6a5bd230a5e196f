import { openApi } from "../../src/http/api/openapi.ts";
import { DESCRIBED } from "../../src/http/api/index.ts";

/** Words that stand for something which the glossary calls otherwise. */
const OFFENCES = /\b(?:doors?|principals?|alarms?|lines? of (?:its |the )?rights|rights lines?)\b/g;

/** Words of a text that the glossary has another one for. Code between quotation marks of any kind is a text, too. */
export function offences(text: string): readonly string[] {
  return [...text.matchAll(OFFENCES)].map(([word]) => word);
}

/** Names of the commands below one, from its help. */
export function commandsOf(help: string): readonly string[] {
  const [, list = ""] = /^Commands:\n([\s\S]*?)(?:\n\n\S|$(?![\s\S]))/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = ""]) => name);
}

/** Every text of the API's document: names, summaries, descriptions. */
export function textsOfApi(): readonly string[] {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === "string") texts.push(value);
    else if (Array.isArray(value)) for (const one of value) visit(one);
    else if (typeof value === "object" && value !== null)
      for (const [key, one] of Object.entries(value)) {
        texts.push(key);
        visit(one);
      }
  };
  visit(openApi(DESCRIBED));
  return texts;
}

/** The texts that a source refuses with; what a template puts in is left out. */
export function refusalTexts(source: string): readonly string[] {
  return [...source.matchAll(/new (?:Refusal|BadValues|UsageError)\([\s\S]*?\);/g)].flatMap(([call]) =>
    [...call.matchAll(/"([^"\n]*)"|'([^'\n]*)'|`([^`]*)`/g)].map(([, double, single, template]) =>
      (double ?? single ?? template ?? "").replace(/\$\{[^}]*\}/g, ""),
    ),
  );
}
