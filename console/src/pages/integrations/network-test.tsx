import { Button, Checkbox, Select, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Network, NetworkTest as Tested } from "../../../../sdk/operations.js";
import { productsQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { DeviceChoice } from "../../parts/device-choice.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { Tried } from "../../parts/tried.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";

/** An uplink as the network writes it, made up and changed at will: what would become of it, or, by choice, what does. */
export function NetworkTest({ network }: { readonly network: Network }) {
  const words = useText().integrations.test;
  const { workspace, name } = network;
  const products = useQuery(productsQuery(workspace));
  const [product, setProduct] = useState(network.products[0] ?? "");
  const [device, setDevice] = useState("");
  const [sample, setSample] = useState<{ readonly body: string; readonly address: string | null } | null>(null);
  const [record, setRecord] = useState(false);
  const [answer, setAnswer] = useState<Tested | null>(null);
  const fill = useAct(async () => {
    setAnswer(null);
    const where = { ...(product !== "" && { product }), ...(device !== "" && { device }) };
    setSample((await api.getNetworkSample({ workspace, network: name, ...where })).data);
  });
  const run = useAct(async () => {
    setAnswer(null);
    const body = { body: sample?.body ?? "", record, ...(product !== "" && { product }) };
    setAnswer((await api.testNetwork({ workspace, network: name, body })).data);
    if (record) await queryClient.invalidateQueries({ queryKey: ["passes"] });
  });
  return (
    <Section title={words.title}>
      <div className={css.form}>
        <p className="quiet small">{words.how}</p>
        <form onSubmit={fill.submit} className={css.inline}>
          <Select
            label={words.product}
            searchable
            clearable
            value={product || null}
            data={(products.data ?? []).map(({ slug, name: text }) => ({ value: slug, label: text }))}
            onChange={(next) => {
              setProduct(next ?? "");
              setDevice("");
            }}
          />
          <DeviceChoice {...{ workspace, product }} label={words.device} value={device} onChange={setDevice} />
          <Button type="submit" variant="default" loading={fill.busy}>
            {words.fill}
          </Button>
        </form>
        <RefusalNote error={fill.error} />
        {sample !== null && (
          <form onSubmit={run.submit} className={css.form}>
            <Textarea
              label={words.body}
              description={sample.address === null ? undefined : words.address(sample.address)}
              rows={12}
              value={sample.body}
              onChange={({ currentTarget: { value: body } }) => setSample({ ...sample, body })}
              spellCheck={false}
              classNames={{ input: css.code }}
            />
            <Checkbox
              label={words.really}
              description={words.reallyHow}
              checked={record}
              onChange={(event) => setRecord(event.currentTarget.checked)}
            />
            <div>
              <Button type="submit" loading={run.busy} disabled={sample.body.trim() === ""}>
                {record ? words.send : words.attempt}
              </Button>
            </div>
            <RefusalNote error={run.error} />
          </form>
        )}
        {answer !== null && <Answer answer={answer} />}
      </div>
    </Section>
  );
}

function Answer({ answer: { problem, events, recorded } }: { readonly answer: Tested }) {
  const t = useText();
  const words = t.integrations.test;
  return (
    <div role="status" className={css.tested}>
      {problem !== null && <Status kind="bad">{problem}</Status>}
      {problem === null && events.length === 0 && <p className="quiet">{words.nothing}</p>}
      {events.map(({ kind, dev_eui, text, product, device, tried }, n) => (
        // a request may tell the same twice
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={n} className={css.tested}>
          <p>
            <strong>
              {product === null ? words.unknown(dev_eui ?? "") : [product, device].filter(Boolean).join("/")}
            </strong>{" "}
            <span className="quiet">
              {kind}: {text}
            </span>
          </p>
          {tried !== null && <Tried tried={tried} before={null} />}
        </div>
      ))}
      {recorded !== null && (
        <Status kind={recorded.stored > 0 ? "ok" : "warn"}>
          {words.recorded(recorded.stored, recorded.refused, recorded.repeated, recorded.unknown)}
        </Status>
      )}
      {problem === null && recorded === null && <p className="quiet small">{words.notStored}</p>}
    </div>
  );
}
