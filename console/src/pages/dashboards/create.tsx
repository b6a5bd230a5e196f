import { Button, Modal, NativeSelect, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fieldsQuery, type Product } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { DeviceSelect } from "../../parts/dashboard/device-select.tsx";
import { contentOf, fits, TEMPLATES, type Template } from "../../parts/dashboard/templates.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../parts/dashboard/text.ts";

interface Props {
  readonly workspace: string;
  readonly products: readonly Product[];
  /** The product that is chosen at first; null: none. */
  readonly product: string | null;
  readonly onClose: () => void;
  /** @param edit whether there is nothing on it yet */
  readonly made: (one: { dashboard: number }, edit: boolean) => void;
}

/** Asks for whom a dashboard is, and what it begins with. */
export function CreateDashboard({ workspace, products, product, onClose, made }: Props) {
  const t = useText();
  const d = t.dashboards;
  const [name, setName] = useState("");
  const [of, setOf] = useState(product ?? "");
  const [template, setTemplate] = useState<Template>("overview");
  // of a workspace's dashboard: the device that the template shows
  const [shown, setShown] = useState({ product: products[0]?.slug ?? "", device: "" });
  const ground = of === "" ? shown.product : of;
  const fields = useQuery({ ...fieldsQuery(ground), enabled: ground !== "" });
  const known = fields.data ?? [];
  const chosen = ground === "" || !fits(template, known) ? "empty" : template;
  const act = useAct(async () => {
    const device = of === "" ? shown.device : null;
    const content = contentOf(chosen === "empty" || device === "" ? "empty" : chosen, {
      ...{ product: ground, device, fields: known, titles: d.templateTitles },
    });
    const { data } = await api.createDashboard({
      workspace,
      body: { name: name.trim(), product: of === "" ? null : of, content },
    });
    await queryClient.invalidateQueries({ queryKey: ["dashboards"] });
    made(data, content.widgets.length === 0);
  });
  return (
    <Modal opened onClose={onClose} title={d.create} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={act.submit}>
        <Stack gap="md">
          <TextInput
            label={d.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={act.problem?.about("name")}
            data-autofocus
            required
            withAsterisk={false}
            autoComplete="off"
          />
          <NativeSelect
            label={d.of}
            value={of}
            onChange={(event) => setOf(event.currentTarget.value)}
            data={[
              { value: "", label: d.ofWorkspace },
              ...products.map((one) => ({ value: one.slug, label: d.ofProduct(one.name) })),
            ]}
          />
          <div>
            <SegmentedControl
              fullWidth
              aria-label={d.template}
              value={chosen}
              onChange={(next) => setTemplate(next as Template)} // one of TEMPLATES
              data={TEMPLATES.map((one) => ({
                value: one,
                label: d.templates[one],
                disabled: one !== "empty" && (ground === "" || !fits(one, known)),
              }))}
            />
            <p className="quiet small">{d.templateHow}</p>
          </div>
          {of === "" && chosen !== "empty" && <DeviceSelect products={products} value={shown} onChange={setShown} />}
          <RefusalNote error={act.problem?.about("name") === undefined ? act.error : null} />
          <Button type="submit" loading={act.busy}>
            {d.create}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
