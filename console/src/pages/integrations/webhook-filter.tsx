import { MultiSelect, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { productsQuery } from "../../api/fleet.ts";
import { DevicesChoice } from "../../parts/devices-choice.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import type { FieldsProps } from "./webhook-fields.tsx";

/** Which devices and fields: an empty list is all. */
export function WebhookFilter({ workspace, form, set, problem }: FieldsProps) {
  const t = useText().webhook;
  const { data = [] } = useQuery(productsQuery(workspace));
  const names = [
    ...data.map(({ slug, name }) => ({ value: slug, label: name })),
    ...form.products
      .filter((slug) => !data.some((one) => one.slug === slug))
      .map((slug) => ({ value: slug, label: slug })),
  ];
  return (
    <fieldset className={css.group}>
      <legend>{t.filter}</legend>
      <p className="quiet small">{t.filterHelp}</p>
      <div className={css.two}>
        <MultiSelect
          size="xs"
          label={t.products}
          placeholder={form.products.length === 0 ? t.every : ""}
          searchable
          comboboxProps={{ shadow: "md", transitionProps: { duration: 0 } }}
          data={names}
          value={[...form.products]}
          onChange={(products) => set({ products })}
          error={problem?.about("filter.products")}
        />
        <DevicesChoice
          workspace={workspace}
          label={t.devices}
          placeholder={t.every}
          value={form.devices}
          onChange={(devices) => set({ devices })}
          error={problem?.about("filter.devices")}
        />
        <TagsInput
          size="xs"
          label={t.tags}
          placeholder={form.tags.length === 0 ? t.every : ""}
          value={[...form.tags]}
          onChange={(tags) => set({ tags })}
          error={problem?.about("filter.tags")}
        />
        <TagsInput
          size="xs"
          label={t.fields}
          placeholder={form.fields.length === 0 ? t.every : ""}
          value={[...form.fields]}
          onChange={(fields) => set({ fields: fields.map((one) => one.toUpperCase()) })}
          error={problem?.about("filter.fields")}
        />
      </div>
    </fieldset>
  );
}
