import { errorText, Refusal } from "../../base/errors.ts";
import type { RuleAction } from "../../fleet/types.ts";
import { TemplateError } from "../../templates/template.ts";
import { doEmail } from "./do-email.ts";
import { doDownlink, doField, doMessage, doNotification } from "./do-here.ts";
import { doWebhook } from "./do-webhook.ts";
import type { Doing, DoingNeeds } from "./doing.ts";
import type { Outcome } from "./schedule.ts";

/** Does actions of every type. */
export class Doers {
  constructor(private readonly needs: DoingNeeds) {}

  /** Never rejects for what is wrong with the action. @throws errors of ours */
  async do(action: RuleAction, doing: Doing): Promise<Outcome> {
    try {
      switch (action.type) {
        case "email":
          return await doEmail(this.needs, action, doing);
        case "webhook":
          return await doWebhook(this.needs, action, doing);
        case "message":
          return await doMessage(this.needs, action, doing);
        case "field":
          return await doField(this.needs, action, doing);
        case "downlink":
          return await doDownlink(this.needs, action, doing);
        case "notification":
          return await doNotification(this.needs, action, doing);
        default:
          return action satisfies never;
      }
    } catch (error) {
      if (error instanceof TemplateError)
        return { is: "dead", text: `The template cannot be filled, and nothing was sent: ${errorText(error)}` };
      if (error instanceof Refusal && error.code === "storage_unavailable") return { is: "again", text: error.message };
      throw error;
    }
  }
}
