import type { TriedDecoder } from "../../../sdk/operations.js";
import { useText } from "../text/index.ts";
import { formatValue } from "./format-value.ts";
import { Status } from "./status.tsx";
import css from "./tried.module.css";

const resultOf = ({ rows, error }: TriedDecoder) =>
  error === null ? rows.map(({ field, value }) => `${field} ${JSON.stringify(value)}`).join("\n") : error.message;

/** What came out. @param props.before of the version in force, where it is another */
export function Tried({ tried, before }: { readonly tried: TriedDecoder; readonly before: TriedDecoder | null }) {
  const t = useText();
  const words = t.product.tryOut;
  const differs = before !== null && resultOf(before) !== resultOf(tried);
  return (
    <>
      {tried.error !== null ? (
        <Status kind="bad">
          {tried.error.line === null ? tried.error.message : `${words.line(tried.error.line)} ${tried.error.message}`}
        </Status>
      ) : tried.rows.length === 0 ? (
        <span className="quiet">{words.noRows}</span>
      ) : (
        <Rows tried={tried} />
      )}
      {differs && (
        <div>
          <span className={css.changed}>{words.before}</span>{" "}
          {before.error === null ? <Rows tried={before} /> : before.error.message}
        </div>
      )}
      {tried.messages.map((message) => (
        <span key={message} className="quiet">
          {message}
        </span>
      ))}
      {tried.log.length > 0 && <pre>{tried.log.join("\n")}</pre>}
    </>
  );
}

function Rows({ tried }: { readonly tried: TriedDecoder }) {
  const t = useText();
  const words = t.product.tryOut;
  return (
    <ul className={css.rows}>
      {tried.rows.map(({ device, field, value, fate, message }, n) => (
        // a script may give the same row twice
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={n} data-fate={fate} title={message ?? undefined}>
          <code>{field}</code> {formatValue(value, {}, t.time.locale)}{" "}
          <span className="quiet small">
            {device} {fate === "stored" ? "" : words.fates[fate]}
          </span>
        </li>
      ))}
    </ul>
  );
}
