import type { Webhook } from "../../../../sdk/operations.js";
import { Ago } from "../../parts/ago.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { Fact, Facts, Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";

/** How a webhook goes, and what it sends, in words. */
export function WebhookFacts({ webhook }: { readonly webhook: Webhook }) {
  const t = useText();
  const words = t.webhook;
  const { reason, next_try, calls, error_rate, dropped_events, lag_rows, lag_seconds, state } = webhook;
  const count = (n: number) => formatNumber(n, 0, t.time.locale);
  return (
    <Section title={words.how}>
      {reason !== null && (
        <p className={css.reason} role="status">
          <Status kind={state === "failing" ? "bad" : "warn"}>{reason}</Status>
          {state === "failing" && next_try !== null && (
            <span className="quiet">
              {" "}
              {words.nextTry} <Ago time={next_try} />
            </span>
          )}
          {state === "off" && <span className="quiet"> {words.offHow}</span>}
        </p>
      )}
      <Facts>
        <Fact name={words.url}>
          <code>{webhook.url}</code>
        </Fact>
        <Fact name={words.sends}>{sentence(webhook, words)}</Fact>
        <Fact name={words.sevenDays}>{words.calls(count(calls), Math.round(error_rate * 1000) / 10)}</Fact>
        <Fact name={words.lag}>
          {lag_rows === 0 ? words.noLag : words.behind(count(lag_rows), Math.round(lag_seconds))}
        </Fact>
        {dropped_events > 0 && (
          <Fact name={words.dropped}>
            <Status kind="warn">{words.droppedHow(count(dropped_events))}</Status>
          </Fact>
        )}
        <Fact name={words.account}>{webhook.account ?? words.ownerOfFolder}</Fact>
      </Facts>
    </Section>
  );
}

/** What it sends of what, in one sentence. */
function sentence({ events, filter, form, batch }: Webhook, t: ReturnType<typeof useText>["webhook"]): string {
  const { products, devices, tags, fields } = filter;
  const of = [
    products.length > 0 && `${t.products}: ${products.join(", ")}`,
    devices.length > 0 && `${t.devices}: ${devices.map(({ product, device }) => `${product}/${device}`).join(", ")}`,
    tags.length > 0 && `${t.tags}: ${tags.join(", ")}`,
    fields.length > 0 && `${t.fields}: ${fields.join(", ")}`,
  ].filter((one) => one !== false);
  const what = events.map((event) => t.kinds[event]).join(", ");
  const how = form === "original" ? t.forms[form] : `${t.forms[form]}, ${t.upTo(batch.max, batch.wait)}`;
  return [what, ...of, how].join(" · ");
}
