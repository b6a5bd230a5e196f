import { errorText } from "../../base/errors.ts";
import { attempt } from "./attempt.ts";
import { lower } from "./forms.ts";
import { UNFIT } from "./make.ts";
import type { WebhookNeeds } from "./needs.ts";
import type { OpenHook } from "./open-hook.ts";
import { signedHeaders } from "./sign.ts";
import type { DeadLetter } from "./types.ts";

/** Dead letters that are read at once. */
const PIECE = 10;

/** Sends dead letters again, oldest first, until one is not accepted. @param goesOn false: the server stops */
export async function sendAgain(
  needs: WebhookNeeds,
  hook: OpenHook,
  keys: readonly number[],
  goesOn: () => boolean,
): Promise<void> {
  try {
    for (let at = 0; at < keys.length; at += PIECE) {
      const piece = new Set(keys.slice(at, at + PIECE));
      const letters = await hook.book.readLetters(Math.max(...piece) + 1, PIECE);
      for (const letter of letters.filter(({ letter: key }) => piece.has(key)).reverse())
        if (!goesOn() || !(await sendLetter(needs, hook, letter))) return;
    }
  } catch (error) {
    needs.log.error({ webhook: hook.row.name, error: errorText(error) }, "dead letters cannot be read");
  }
}
async function sendLetter(
  { clock, post }: WebhookNeeds,
  hook: OpenHook,
  { letter, request, tries, events, error, headers, body }: DeadLetter,
): Promise<boolean> {
  // there never was a body: an empty one would be sent as if it were what happened. It stays until it is forgotten
  if (error.startsWith(UNFIT)) {
    hook.teller.notice(
      `Dead letter ${letter} cannot be sent again: its template could not be filled, so it was never written.`,
    );
    hook.teller.flush();
    return true;
  }
  const { form, headers: own } = hook.row;
  const signed = signedHeaders(hook.row, request, body, clock.micros());
  const result = await attempt(post, clock, hook.row.url, {
    body,
    headers: { "user-agent": "fieldcast", ...headers, ...(form === "template" ? {} : lower(own)), ...signed },
  });
  hook.teller.called({ id: request, events, tries: tries + 1, rendered: { body, headers } }, result);
  if (result.error !== null) return false;
  hook.book.discard(letter);
  hook.teller.flush();
  return true;
}
