import { Button, Group, NumberInput, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { useMay } from "../../api/session.ts";
import { useSaved } from "../../parts/kept-context.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./device.module.css";
import { changesOf, type Form, formOf } from "./form.ts";
import type { Shared } from "./shared.ts";
import { DeleteDevice } from "./delete-device.tsx";

/** What the device is called, where it is, and what goes with it when it goes. */
export default function Configuration(shared: Shared) {
  const { workspace, device, product } = shared;
  const t = useText().device.configuration;
  return (
    <div className={css.configuration}>
      <General {...shared} />
      <div className={css.side}>
        <Section title={t.product}>
          <p>
            {t.belongs}{" "}
            <Link to="/w/$workspace/devices" params={{ workspace }} search={{ product: device.product }}>
              {product.name}
            </Link>
            {". "}
            {t.shared}
          </p>
        </Section>
        <DeleteDevice {...shared} />
      </div>
    </div>
  );
}

function General({ workspace, device, etag, product }: Shared) {
  const t = useText();
  const words = t.device.configuration;
  const may = useMay(workspace, "devices");
  const saved = useSaved();
  const [form, setForm] = useState<Form>(() => formOf(device));
  const [bad, setBad] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (body: NonNullable<ReturnType<typeof changesOf>["body"]>) =>
      api.updateDevice({ product: device.product, device: device.id, if_match: etag, body }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["devices"] });
      saved();
    },
  });
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const set = <K extends keyof Form>(key: K, value: Form[K]) => setForm((before) => ({ ...before, [key]: value }));
  const send = (event: FormEvent) => {
    event.preventDefault();
    const { body, error } = changesOf(form);
    setBad(error === null ? null : words.notJson);
    if (body !== null) save.mutate(body);
  };
  const about = (path: string) => problem?.about(path);
  return (
    <Section title={words.general}>
      <form onSubmit={send}>
        <Stack gap="md">
          <TextInput
            label={words.name}
            value={form.name}
            error={about("name")}
            maxLength={200}
            onChange={(e) => set("name", e.currentTarget.value)}
          />
          <TextInput
            label={words.serial}
            description={words.serialHelp}
            value={form.serial}
            error={about("serial")}
            maxLength={64}
            onChange={(e) => set("serial", e.currentTarget.value)}
          />
          <TagsInput
            size="xs"
            label={words.tags}
            description={words.tagsHelp}
            value={form.tags}
            error={about("tags")}
            onChange={(tags) => set("tags", tags)}
          />
          <TextInput
            label={words.location}
            value={form.location}
            error={about("location")}
            onChange={(e) => set("location", e.currentTarget.value)}
          />
          <NumberInput
            size="xs"
            label={words.timeout}
            description={words.timeoutHelp}
            placeholder={String(product.online_timeout ?? 2400)}
            value={form.timeout}
            min={10}
            max={31_536_000}
            allowDecimal={false}
            error={about("online_timeout")}
            onChange={(value) => set("timeout", value)}
          />
          <Textarea
            label={words.metadata}
            description={words.metadataHelp}
            value={form.metadata}
            error={bad ?? about("metadata")}
            autosize
            minRows={3}
            maxRows={14}
            spellCheck={false}
            classNames={{ input: "mono" }}
            onChange={(e) => set("metadata", e.currentTarget.value)}
          />
          <RefusalNote error={problem?.errors.length === 0 || problem === null ? save.error : null} />
          <Group gap="sm">
            <Button
              type="submit"
              loading={save.isPending}
              disabled={!may}
              title={may ? undefined : t.common.needs("devices")}
            >
              {t.common.save}
            </Button>
            {!may && <span className="quiet small">{t.common.needs("devices")}</span>}
            {save.isSuccess && (
              <span className="quiet" role="status">
                {t.common.saved}
              </span>
            )}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
