import type { Pass } from "../../../sdk/operations.js";
import { useText } from "../text/index.ts";
import { Ago } from "./ago.tsx";
import { formatValue } from "./format-value.ts";
import css from "./pass-list.module.css";
import { Status, type StatusKind } from "./status.tsx";

const KINDS: Readonly<Record<Pass["outcome"], StatusKind>> = {
  stored: "ok",
  partly_stored: "warn",
  nothing_stored: "warn",
  failed: "bad",
  repeated: "ok",
  unknown: "warn",
  told: "away",
};

/** What came in by integrations, newest first: a line each, which unfolds to what was sent, what the decoder made of it, and what became of each row. */
export function PassList({ passes }: { readonly passes: readonly Pass[] }) {
  const t = useText().pass;
  return (
    <ol className={css.passes}>
      {passes.map((pass) => {
        const { id, time, way, network, map, devices, outcome, rows_total, rows_stored } = pass;
        return (
          <li key={id}>
            <details>
              <summary>
                <Status kind={KINDS[outcome]}>{t.outcomes[outcome]}</Status>
                <span className={css.what}>
                  {[network ?? way, ...(map === null ? [] : [map]), ...devices].join(" · ")}
                  <span className="quiet"> {t.rows(rows_stored, rows_total)}</span>
                </span>
                <span className={css.age}>
                  <Ago time={time} />
                </span>
              </summary>
              <Unfolded pass={pass} />
            </details>
          </li>
        );
      })}
    </ol>
  );
}

function Unfolded({ pass }: { readonly pass: Pass }) {
  const t = useText();
  const { method, path, topic, remote_address, account, body, base64, cut, decoder, rows, messages } = pass;
  const from = [account?.name, remote_address].filter((one) => one != null).join(", ");
  return (
    <div className={css.unfolded}>
      <p className="quiet">
        {[method, path ?? topic].filter((one) => one !== null).join(" ")} {from !== "" && t.pass.from(from)}
      </p>
      {body === null ? (
        <p className="quiet">{t.pass.hidden}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <pre tabIndex={0}>
          {body}
          {base64 ? " (base64)" : ""}
          {cut ? " …" : ""}
        </pre>
      )}
      {decoder !== null && (
        <p>
          {decoder.called ?? t.pass.decoder} {t.pass.took(decoder.ms)}
          {decoder.error !== null && (
            <Status kind="bad">
              {decoder.error.line === null ? "" : `${t.product.tryOut.line(decoder.error.line)} `}
              {decoder.error.message ?? ""}
            </Status>
          )}
        </p>
      )}
      {decoder !== null && decoder.log.length > 0 && <pre>{decoder.log.join("\n")}</pre>}
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
      <ul className={css.rows}>
        {rows.map(({ device, field, value, fate, message }, n) => (
          // the same row may come twice
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={n}>
            <Status kind={fate === "stored" ? "ok" : fate === "refused" ? "bad" : "warn"}>{t.pass.fates[fate]}</Status>
            <code>{`${device} ${field}`}</code>
            <span>{formatValue(value, {}, t.time.locale)}</span>
            {message !== null && <span className="quiet">{message}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
