import { Button, NumberInput, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { DecoderTryOut } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Tried } from "../../parts/tried.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";

const KINDS = ["recorded", "uplink", "request"] as const;
type Kind = (typeof KINDS)[number];

/** Tries the script as it stands in the editor: over what came last, beside the version in force, or over an input that is typed. Nothing is stored. */
export function TryOut({ product, code }: { readonly product: string; readonly code: string }) {
  const t = useText().product.tryOut;
  const [kind, setKind] = useState<Kind>("recorded");
  const [hex, setHex] = useState("00d2");
  const [port, setPort] = useState<number | string>(1);
  const [body, setBody] = useState('{"device": "000001", "temperature": 22.5}');
  const [answer, setAnswer] = useState<DecoderTryOut | null>(null);
  const run = useAct(async () => {
    const input = {
      recorded: { recorded: 20 },
      uplink: { uplink: { hex, ...(port !== "" && { port: Number(port) }) } },
      request: { request: { method: "POST", body } },
    }[kind];
    setAnswer(null);
    setAnswer((await api.tryDecoder({ product, body: { code, ...input } })).data);
  });
  return (
    <Section
      title={t.title}
      actions={
        <SegmentedControl
          aria-label={t.with}
          data={KINDS.map((value) => ({ value, label: t.kinds[value] }))}
          value={kind}
          onChange={(next) => {
            setKind(KINDS.find((one) => one === next) ?? "recorded");
            setAnswer(null);
          }}
        />
      }
    >
      <form onSubmit={run.submit} className={css.form}>
        {kind === "recorded" && <p className="quiet small">{t.recordedHelp}</p>}
        {kind === "uplink" && (
          <div className={css.two}>
            <TextInput
              label={t.hex}
              value={hex}
              onChange={(event) => setHex(event.currentTarget.value)}
              spellCheck={false}
            />
            <NumberInput size="xs" label={t.port} value={port} onChange={setPort} min={1} max={255} />
          </div>
        )}
        {kind === "request" && (
          <Textarea
            label={t.body}
            rows={3}
            value={body}
            onChange={(event) => setBody(event.currentTarget.value)}
            spellCheck={false}
          />
        )}
        <div>
          <Button type="submit" variant="default" loading={run.busy}>
            {t.run}
          </Button>
        </div>
        <RefusalNote error={run.error} />
      </form>
      {answer?.tried != null && (
        <div className={css.tried}>
          <Tried tried={answer.tried} before={null} />
        </div>
      )}
      {answer?.recorded?.length === 0 && <p className="quiet small">{t.nothingCame}</p>}
      {answer?.recorded?.map(({ pass, time, input, skipped, now, before }) => (
        <div key={pass} className={css.tried}>
          <span>
            <Ago time={time} /> <code>{input.slice(0, 200)}</code>
          </span>
          {skipped !== null && <span className="quiet">{skipped}</span>}
          {now !== null && <Tried tried={now} before={before} />}
        </div>
      ))}
    </Section>
  );
}
