import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";
import type { TabProps } from "./product-page.tsx";
import { decoderQuery, versionsQuery } from "./queries.ts";
import { TryOut } from "./tryout.tsx";
import { Version } from "./decoder-version.tsx";

const CodeEditor = lazy(() => import("./code-editor.tsx"));

/** What stands there where there is nothing yet: it works for an uplink and for a request. */
const BEGINNING = `function decodeUplink(input) {
  const bytes = input.bytes;
  return { data: { temperature: (bytes[0] * 256 + bytes[1]) / 10 } };
}
`;

/** The script that reads what the product's devices send: written, tried over what came, put in force, and taken back. */
export default function DecoderTab({ workspace, product }: TabProps) {
  const t = useText();
  const words = t.product.decoder;
  const may = useMay(workspace, "devices");
  const current = useQuery(decoderQuery(product));
  const versions = useQuery(versionsQuery(product));
  const [draft, setDraft] = useState<{ key: number; from: string; code: string } | null>(null);
  const [note, setNote] = useState("");
  const known = current.data === undefined ? null : (current.data?.code ?? BEGINNING);
  const from = draft?.from ?? known ?? "";
  const code = draft?.code ?? from;
  const changed = draft !== null && draft.code !== (current.data?.code ?? null);
  const reload = () => queryClient.invalidateQueries({ queryKey: ["decoders", product] });
  const save = useAct(async () => {
    await api.setDecoder({ product, body: { code, ...(note !== "" && { note }) } });
    setNote("");
    await Promise.all([reload(), queryClient.invalidateQueries({ queryKey: ["products"] })]);
  });
  const look = async (number: number) => {
    const { data } = await api.getDecoderVersion({ product, version: number });
    setDraft({ key: number, from: data.code, code: data.code });
  };
  const use = async (number: number | null) => {
    // biome-ignore lint/correctness/useHookAtTopLevel: an operation of the API, and no hook
    await api.useDecoderVersion({ product, body: { number } });
    await Promise.all([reload(), queryClient.invalidateQueries({ queryKey: ["products"] })]);
    setDraft(null);
  };
  if (current.error !== null) return <RefusalNote error={current.error} again={() => void current.refetch()} />;
  if (known === null) return <Skeleton rows={10} />;
  return (
    <div className={css.columns}>
      <div className={css.stack}>
        <Section
          title={words.title}
          flush
          actions={
            current.data === null ? (
              <Status kind="away">{words.off}</Status>
            ) : (
              <Status kind="ok">{words.inForce(current.data?.number ?? 0)}</Status>
            )
          }
        >
          <div className={css.editor}>
            <Suspense fallback={<Skeleton rows={10} />}>
              <CodeEditor
                key={`${draft?.key ?? 0} ${current.data?.number ?? 0}`}
                code={from}
                label={words.title}
                readOnly={!may}
                onChange={(next) => setDraft({ key: draft?.key ?? 0, from, code: next })}
              />
            </Suspense>
          </div>
          <form className={css.bar} onSubmit={save.submit}>
            <TextInput
              label={words.note}
              placeholder={words.noteExample}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            {draft !== null && (
              <Button variant="default" onClick={() => setDraft(null)}>
                {words.discard}
              </Button>
            )}
            <Button
              type="submit"
              loading={save.busy}
              disabled={!may || !(changed || current.data === null)}
              title={may ? undefined : t.common.needs("devices")}
            >
              {words.save}
            </Button>
          </form>
          {save.error !== null && (
            <div className={css.bar}>
              <RefusalNote error={save.error} />
            </div>
          )}
        </Section>
        <TryOut product={product} code={code} />
      </div>
      <Section
        title={words.versions}
        flush
        actions={
          current.data !== null &&
          may && (
            <Button variant="default" onClick={() => void use(null)}>
              {words.switchOff}
            </Button>
          )
        }
      >
        <RefusalNote error={versions.error} />
        {versions.data?.length === 0 ? (
          <EmptyState>{words.noVersions}</EmptyState>
        ) : (
          <ol className={css.versions}>
            {versions.data?.map((version) => (
              <Version key={version.number} version={version} may={may} look={look} use={use} />
            ))}
          </ol>
        )}
      </Section>
    </div>
  );
}
