import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./products.module.css";

interface CreateProps {
  readonly workspace: string;
  readonly onClose: () => void;
  readonly made: (slug: string) => void;
}

export function CreateProduct({ workspace, onClose, made }: CreateProps) {
  const t = useText();
  const [name, setName] = useState("");
  const [slug, setSlug] = useState("");
  const create = useAct(async () => {
    const { data } = await api.createProduct({ workspace, body: { name, ...(slug !== "" && { slug }) } });
    await queryClient.invalidateQueries({ queryKey: ["products"] });
    made(data.slug);
  });
  return (
    <Modal opened onClose={onClose} title={t.products.create} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={create.submit} className={css.form}>
        <TextInput
          label={t.products.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={create.problem?.about("name")}
          required
          data-autofocus
        />
        <TextInput
          label={t.products.slug}
          description={t.products.slugHelp}
          placeholder={slugOf(name)}
          value={slug}
          onChange={(event) => setSlug(event.currentTarget.value)}
          error={create.problem?.about("slug")}
        />
        <p className="quiet small">
          {t.products.topics} <code>{`dtck-pub/${slug || slugOf(name) || "…"}/…`}</code>
        </p>
        <RefusalNote error={create.error} />
        <Button type="submit" loading={create.busy}>
          {t.products.create}
        </Button>
      </form>
    </Modal>
  );
}

/** What the server makes of a name. */
function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 64);
}
