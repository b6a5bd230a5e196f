/** A name of the code as the API spells it: `apiUser` is `api_user`. */
function spelt(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
/** What a change did to a row of a kind. @param was the row before; null: none. @param is the row now; null: none */
export function actionOn(kind: string, was: object | null, is: object | null): string {
  return `${spelt(kind)}.${was === null ? "create" : is === null ? "delete" : "update"}`;
}

/** Verbs that people write behind a kind with a space between. */
const VERB = / (create|update|delete|repair)$/;
/** An action as entries have it, from what people write for it: `api-user create`, `apiUser.create`, `account signed in`. */
export function actionOf(text: string): string {
  const words = spelt(text.trim().replace(/\s+/g, " ")).replace(/^_/, "");
  const dotted = words.replace(VERB, ".$1");
  return (dotted.includes(".") ? dotted : dotted.replace(" ", ".")).replace(/[ -]/g, "_");
}
