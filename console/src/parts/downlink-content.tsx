import type { SentDownlink } from "../../../sdk/operations.js";
import { useText } from "../text/index.ts";
import { Copyable } from "./copy-button.tsx";
import { formatValue } from "./format-value.ts";
import css from "./parts.module.css";

/** What travels: bytes and their port, a request, a message, or values written to fields. */
export function DownlinkContent({ content }: { readonly content: SentDownlink["content"] }) {
  const t = useText();
  const { hex, port, request, topic, payload, written } = content;
  return (
    <div className={css.content}>
      {hex !== null && (
        <p>
          <Copyable text={hex} what={t.downlinks.bytes} />
          {port !== null && <span className="quiet"> {t.downlinks.onPort(port)}</span>}
        </p>
      )}
      {request !== null && (
        <p>
          <code>{request}</code>
        </p>
      )}
      {topic !== null && (
        <p>
          <code>{topic}</code>
        </p>
      )}
      {payload !== null && <pre>{payload}</pre>}
      {written !== null && (
        <ul>
          {written.map(({ field, value }) => (
            <li key={field}>
              <code>{field}</code> {formatValue(value, {}, t.time.locale)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
