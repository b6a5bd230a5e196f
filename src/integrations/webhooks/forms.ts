import type { Webhook } from "../../fleet/types.ts";
import { type Sent, templateValues } from "../../fleet/webhooks.ts";
import { parseTemplate, type Template } from "../../templates/template.ts";
import { linesOf } from "./influx.ts";

/** What a request holds. */
export interface Rendered {
  readonly body: string;
  /** Beside those that sign it. */
  readonly headers: Readonly<Record<string, string>>;
}

type Shape = Pick<Webhook, "form" | "template" | "headers" | "batchMax" | "url">;

/** Makes the requests of a webhook, as its form says. Templates are parsed once. */
export class Form {
  private readonly template: Template | null;
  private readonly headers: readonly (readonly [string, Template])[];

  /** @throws TemplateError */
  constructor(private readonly shape: Shape) {
    const { form, template, headers } = shape;
    this.template = form === "template" ? parseTemplate(template ?? "") : null;
    this.headers =
      form === "template" ? Object.entries(headers).map(([name, text]) => [name, parseTemplate(text)]) : [];
  }
  /** @throws TemplateError what the template makes of these events cannot be sent */
  render(events: readonly Sent[]): Rendered {
    const { form, headers, url, batchMax } = this.shape;
    const own = (type: string) => ({ "content-type": type, ...lower(headers) });
    switch (form) {
      case "original":
        return { body: JSON.stringify(events[0]), headers: own("application/json") };
      case "array":
        return { body: JSON.stringify(events), headers: own("application/json") };
      case "ndjson":
        return {
          body: `${events.map((one) => JSON.stringify(one)).join("\n")}\n`,
          headers: own("application/x-ndjson"),
        };
      case "influx":
        return { body: linesOf(events, url), headers: own("text/plain; charset=utf-8") };
      case "template": {
        const values = templateValues(events, batchMax);
        const made = this.headers.map(([name, one]) => [name, oneLine(one.render(values))]);
        return {
          body: this.template?.render(values) ?? "",
          headers: { "content-type": "application/json", ...lower(Object.fromEntries(made)) },
        };
      }
      default:
        return form satisfies never;
    }
  }
}

/** With names in lower case. */
export function lower(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
/** What came from a device must not become another header. */
export function oneLine(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]+/g, " ").trim();
}
