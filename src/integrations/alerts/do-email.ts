import { errorText } from "../../base/errors.ts";
import type { EmailAction } from "../../fleet/types.ts";
import type { Doing, DoingNeeds } from "./doing.ts";
import { fill, stableId, valuesOf } from "./filling.ts";
import type { Outcome } from "./schedule.ts";
import { templateValues } from "./values.ts";

/** Characters of a subject, and of one mail. */
const MOST_SUBJECT = 500;
const MOST_TEXT = 512 * 1024;

/** One mail; of several happenings their texts, one below the other. */
export async function doEmail(needs: DoingNeeds, action: EmailAction, doing: Doing): Promise<Outcome> {
  const { mail } = needs;
  if (mail === null)
    return { is: "dead", text: "The server has no mail server: set --smtp-url, --mail-from and --public-url." };
  const { tasks, rule } = doing;
  const [first, ...others] = tasks;
  const all = valuesOf(needs, doing);
  // a template that counts says itself that there are several
  const more = others.length > 0 && !/\bcount\b/.test(action.subject) ? ` (and ${others.length} more)` : "";
  const subject = oneLine(fill(action.subject, all)).slice(0, MOST_SUBJECT) + more;
  const texts = tasks.map((task) =>
    fill(action.text, { ...all, ...templateValues(needs, rule, [task]), count: tasks.length }),
  );
  const text = texts.map((one) => one.trimEnd()).join("\n\n");
  try {
    await mail.send({ to: action.to, subject, text: `${text.slice(0, MOST_TEXT)}\n`, id: stableId(first) });
    const what = others.length === 0 ? "" : ` of ${tasks.length} happenings`;
    return { is: "done", text: `A mail${what} went to ${action.to.join(", ")}.` };
  } catch (error) {
    const code = Number(typeof error === "object" && error !== null ? Reflect.get(error, "responseCode") : Number.NaN);
    // 5xx: the mail server does not take this mail; anything else may be otherwise in a moment
    return { is: "again", isRefused: code >= 500, text: `The mail server did not take the mail: ${errorText(error)}.` };
  }
}
/** What came from a device must not become another header. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
