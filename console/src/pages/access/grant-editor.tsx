import { ActionIcon, Button, Checkbox, NativeSelect, Select, TagsInput, TextInput } from "@mantine/core";
import { TrashIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { productsQuery } from "../../api/fleet.ts";
import { useOperates } from "../../api/session.ts";
import { DeviceChoice } from "../../parts/device-choice.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { CAN, type Draft, newDraft, rescoped, type Scope } from "./grants.ts";

interface Props {
  readonly workspace: string;
  readonly drafts: readonly Draft[];
  readonly onChange: (drafts: readonly Draft[]) => void;
  readonly disabled?: boolean;
}

/** Permissions as rows: what they are on, and what they give. */
export function GrantEditor({ workspace, drafts, onChange, disabled = false }: Props) {
  const t = useText().access.grants;
  const next = Math.max(0, ...drafts.map(({ key }) => key)) + 1;
  return (
    <>
      <ul className={css.grants}>
        {drafts.map((draft, n) => (
          <li key={draft.key}>
            <Row
              workspace={workspace}
              draft={draft}
              n={n + 1}
              disabled={disabled}
              onChange={(changed) => onChange(drafts.map((one) => (one === draft ? changed : one)))}
              onRemove={() => onChange(drafts.filter((one) => one !== draft))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button variant="default" disabled={disabled} onClick={() => onChange([...drafts, newDraft(next)])}>
          {t.add}
        </Button>
      </div>
    </>
  );
}

interface RowProps {
  readonly workspace: string;
  readonly draft: Draft;
  /** Its place, from 1. */
  readonly n: number;
  readonly disabled: boolean;
  readonly onChange: (draft: Draft) => void;
  readonly onRemove: () => void;
}

function Row({ workspace, draft, n, disabled, onChange, onRemove }: RowProps) {
  const t = useText().access.grants;
  const operates = useOperates();
  const scopes = (Object.keys(CAN) as Scope[]).filter(
    (scope) => scope !== "instance" || operates || draft.scope === scope, // the keys of the table
  );
  return (
    <fieldset className={css.grant} disabled={disabled}>
      <legend className="sr-only">{t.row(n)}</legend>
      <div className={css.grantHead}>
        <NativeSelect
          label={t.on}
          value={draft.scope}
          data={scopes.map((value) => ({ value, label: t.scopes[value] }))}
          onChange={(event) => onChange(rescoped(draft, event.currentTarget.value as Scope))} // one of them
        />
        <Target workspace={workspace} draft={draft} onChange={onChange} />
        <ActionIcon aria-label={t.remove(n)} title={t.remove(n)} onClick={onRemove}>
          <TrashIcon size={16} />
        </ActionIcon>
      </div>
      <div className={css.can}>
        {CAN[draft.scope].map((one) => (
          <Checkbox
            key={one}
            label={t.words[one]}
            checked={draft.can.includes(one)}
            onChange={(event) =>
              onChange({
                ...draft,
                can: event.currentTarget.checked ? [...draft.can, one] : draft.can.filter((other) => other !== one),
              })
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

/** What a grant is on, where its scope alone does not say it. */
function Target({ workspace, draft, onChange }: Pick<RowProps, "workspace" | "draft" | "onChange">) {
  const t = useText().access.grants;
  switch (draft.scope) {
    case "tag":
      return (
        <TextInput
          label={t.tag}
          value={draft.tag}
          onChange={(event) => onChange({ ...draft, tag: event.currentTarget.value })}
        />
      );
    case "free_topics":
      return (
        <TagsInput
          size="xs"
          label={t.filters}
          value={[...draft.filters]}
          onChange={(filters) => onChange({ ...draft, filters })}
        />
      );
    case "product":
      return <ProductChoice workspace={workspace} draft={draft} onChange={onChange} />;
    case "device":
      return (
        <>
          <ProductChoice workspace={workspace} draft={draft} onChange={onChange} />
          <DeviceChoice
            workspace={workspace}
            product={draft.product}
            label={t.device}
            value={draft.device}
            onChange={(device) => onChange({ ...draft, device })}
          />
        </>
      );
    default:
      return null;
  }
}

function ProductChoice({ workspace, draft, onChange }: Pick<RowProps, "workspace" | "draft" | "onChange">) {
  const t = useText().access.grants;
  const { data = [] } = useQuery(productsQuery(workspace));
  return (
    <Select
      label={t.product}
      searchable
      value={draft.product || null}
      data={data.map(({ slug, name }) => ({ value: slug, label: name }))}
      onChange={(product) => onChange({ ...draft, product: product ?? "", device: "" })}
    />
  );
}
