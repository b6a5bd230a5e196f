import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Downlink } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { KeptState } from "../../parts/kept-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { type DownlinkForm, downlinkBodyOf, downlinkFormOf, MADE_BY, NEW_DOWNLINK, SENT_BY } from "./downlink-form.ts";
import { DownlinkContents, DownlinkWays } from "./downlink-parts.tsx";
import { DownlinkTryOut } from "./downlink-tryout.tsx";
import css from "./product.module.css";
import { downlinkStateQuery } from "./queries.ts";

interface Props {
  readonly workspace: string;
  readonly product: string;
  /** Null: a new one. */
  readonly downlink: Downlink | null;
  readonly may: boolean;
  readonly onClose: () => void;
}

/** Makes or changes a downlink, and tries it on a device before it is saved. */
export function DownlinkEditor(props: Props) {
  const { product, downlink } = props;
  if (downlink === null) return <Editor {...props} etag="*" />;
  return (
    <KeptState query={downlinkStateQuery(product, downlink.name)}>
      {(known, etag) => <Editor {...props} downlink={known} etag={etag} />}
    </KeptState>
  );
}

function Editor({ workspace, product, downlink, etag, may, onClose }: Props & { readonly etag: string }) {
  const t = useText();
  const words = t.downlinks;
  const [form, setForm] = useState<DownlinkForm>(downlink === null ? NEW_DOWNLINK : downlinkFormOf(downlink));
  const set = (next: Partial<DownlinkForm>) => setForm((before) => ({ ...before, ...next }));
  const save = useAct(async () => {
    const body = downlinkBodyOf(form);
    if (downlink === null) await api.createDownlink({ product, body: { ...body, name: form.name } });
    else await api.updateDownlink({ product, downlink: downlink.name, if_match: etag, body });
    await queryClient.invalidateQueries({ queryKey: ["downlinks"] });
    onClose();
  });
  const { problem } = save;
  return (
    <div className={css.columns}>
      <Section title={downlink === null ? words.create : downlink.name}>
        <form onSubmit={save.submit} className={css.form}>
          {downlink === null && (
            <TextInput
              label={words.name}
              description={words.nameHelp}
              value={form.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
              error={problem?.about("name")}
              spellCheck={false}
              required
            />
          )}
          <TextInput
            label={words.description}
            value={form.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
            error={problem?.about("description")}
          />
          <NativeSelect
            label={words.sentBy}
            value={form.sentBy}
            data={SENT_BY.map((value) => ({ value, label: words.ways[value] }))}
            onChange={({ currentTarget }) =>
              set({ sentBy: SENT_BY.find((one) => one === currentTarget.value) ?? "network" })
            }
          />
          <NativeSelect
            label={words.madeBy}
            value={form.madeBy}
            data={MADE_BY.map((value) => ({ value, label: words.made[value] }))}
            onChange={({ currentTarget }) =>
              set({ madeBy: MADE_BY.find((one) => one === currentTarget.value) ?? "encoder" })
            }
          />
          <DownlinkContents form={form} set={set} about={(path) => problem?.about(path)} may={may} product={product} />
          <DownlinkWays form={form} set={set} about={(path) => problem?.about(path)} product={product} />
          <RefusalNote error={save.error} />
          <div className={css.ends}>
            <Button variant="default" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button
              type="submit"
              loading={save.busy}
              disabled={!may}
              title={may ? undefined : t.common.needs("devices")}
            >
              {downlink === null ? words.create : t.common.save}
            </Button>
          </div>
        </form>
      </Section>
      <DownlinkTryOut workspace={workspace} product={product} form={form} />
    </div>
  );
}
