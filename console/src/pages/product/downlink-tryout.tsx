import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import type { SentDownlink } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { DeviceChoice } from "../../parts/device-choice.tsx";
import { DownlinkContent } from "../../parts/downlink-content.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { type DownlinkForm, downlinkBodyOf } from "./downlink-form.ts";
import css from "./product.module.css";

interface Props {
  readonly workspace: string;
  readonly product: string;
  readonly form: DownlinkForm;
}

/** What the downlink would be for a device, as it is typed and not saved; nothing goes out. */
export function DownlinkTryOut({ workspace, product, form }: Props) {
  const words = useText().downlinks;
  const [device, setDevice] = useState("");
  const [values, setValues] = useState("{}");
  const [isNoJson, setNoJson] = useState(false);
  const [answer, setAnswer] = useState<SentDownlink | null>(null);
  const attempt = useAct(async () => {
    setAnswer(null);
    const read = objectIn(values);
    setNoJson(read === null);
    if (read === null) return;
    const some = Object.keys(read).length > 0 ? { values: read } : {};
    const body = { draft: downlinkBodyOf(form), dry_run: true, ...some };
    setAnswer((await api.sendDownlink({ product, device, body })).data);
  });
  return (
    <Section title={words.tryOut}>
      <form onSubmit={attempt.submit} className={css.form}>
        <p className="quiet small">{words.tryOutHelp}</p>
        <DeviceChoice
          workspace={workspace}
          product={product}
          label={words.device}
          value={device}
          onChange={setDevice}
        />
        <Textarea
          label={words.json}
          description={words.jsonHelp}
          rows={4}
          value={values}
          onChange={(event) => setValues(event.currentTarget.value)}
          error={isNoJson ? words.noJson : undefined}
          spellCheck={false}
        />
        <div>
          <Button type="submit" variant="default" loading={attempt.busy} disabled={device === ""}>
            {words.attempt}
          </Button>
        </div>
        <RefusalNote error={attempt.error} />
        {answer !== null && (
          <div role="status" className={css.tried}>
            <strong>{words.wouldSend}</strong>
            <DownlinkContent content={answer.content} />
            {answer.log.length > 0 && <pre>{answer.log.join("\n")}</pre>}
          </div>
        )}
      </form>
    </Section>
  );
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
