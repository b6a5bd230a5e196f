import { Button, NativeSelect, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Device, Field, Product } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { accountQuery, useMay } from "../../api/session.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { useAct } from "../../parts/act.ts";
import css from "./connect.module.css";
import { type MadeToken, makeOwnToken, makeToken, someDevicesQuery } from "./queries.ts";

const NEW = "+";

/** One step at the left: a choice, or the form of a new one. */
function Step({ n, title, children }: { readonly n: number; readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className={css.step}>
      <legend>
        <span className={css.number} aria-hidden>
          {n}
        </span>
        {title}
      </legend>
      {children}
    </fieldset>
  );
}

interface ProductProps {
  readonly workspace: string;
  readonly products: readonly Product[];
  readonly value: string | undefined;
  readonly choose: (slug: string | undefined) => void;
}

export function ProductStep({ workspace, products, value, choose }: ProductProps) {
  const t = useText();
  const [making, setMaking] = useState(false);
  const [name, setName] = useState("");
  const may = useMay(workspace, "devices");
  const create = useAct(async () => {
    const { data } = await api.createProduct({ workspace, body: { name } });
    await queryClient.invalidateQueries({ queryKey: ["products"] });
    setMaking(false);
    setName("");
    choose(data.slug);
  });
  return (
    <Step n={1} title={t.connect.product}>
      <NativeSelect
        aria-label={t.connect.product}
        data={[
          { value: "", label: t.connect.chooseOne, disabled: true },
          ...products.map(({ slug, name: label }) => ({ value: slug, label })),
          ...(may ? [{ value: NEW, label: t.connect.newProduct }] : []),
        ]}
        value={making ? NEW : (value ?? "")}
        onChange={({ currentTarget }) => {
          setMaking(currentTarget.value === NEW);
          if (currentTarget.value !== NEW) choose(currentTarget.value);
        }}
      />
      {making && (
        <form className={css.inline} onSubmit={create.submit}>
          <TextInput
            label={t.connect.productName}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={create.problem?.about("name")}
            required
            autoFocus
          />
          <Button type="submit" loading={create.busy}>
            {t.connect.createProduct}
          </Button>
        </form>
      )}
      <RefusalNote error={create.error} />
    </Step>
  );
}

interface DeviceProps {
  readonly product: string;
  readonly device: Device | undefined;
  /** Its serial is its DevEUI. */
  readonly lorawan: boolean;
  readonly choose: (id: string) => void;
}

export function DeviceStep({ product, device, lorawan, choose }: DeviceProps) {
  const t = useText().connect;
  const [search, setSearch] = useState("");
  const [making, setMaking] = useState(false);
  const [form, setForm] = useState({ name: "", id: "", serial: "" });
  const { data = [] } = useQuery(someDevicesQuery(product, search));
  const create = useAct(async () => {
    const { name, id, serial } = form;
    const body = { ...(name !== "" && { name }), ...(id !== "" && { id }), ...(serial !== "" && { serial }) };
    const made = await api.createDevice({ product, body });
    await queryClient.invalidateQueries({ queryKey: ["devices"] });
    setMaking(false);
    choose(made.data.id);
  });
  const known = device !== undefined && !data.some(({ id }) => id === device.id) ? [device, ...data] : data;
  const change = (next: Partial<typeof form>) => setForm({ ...form, ...next });
  return (
    <Step n={2} title={t.device}>
      <Select
        aria-label={t.device}
        placeholder={t.findDevice}
        searchable
        // the server has searched, in more than what is shown
        filter={({ options }) => options}
        searchValue={search}
        onSearchChange={setSearch}
        nothingFoundMessage={t.noDevice}
        data={known.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }))}
        value={making ? null : (device?.id ?? null)}
        onChange={(id) => {
          setMaking(false);
          if (id !== null) choose(id);
        }}
      />
      {!making && (
        <Button variant="subtle" className={css.more} onClick={() => setMaking(true)}>
          {t.newDevice}
        </Button>
      )}
      {making && (
        <form className={css.inline} onSubmit={create.submit}>
          <TextInput
            label={t.deviceName}
            value={form.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={create.problem?.about("name")}
            autoFocus
          />
          <TextInput
            label={t.deviceId}
            description={t.deviceIdHelp}
            value={form.id}
            onChange={(event) => change({ id: event.currentTarget.value })}
            error={create.problem?.about("id")}
          />
          <TextInput
            label={lorawan ? t.devEui : t.serial}
            value={form.serial}
            onChange={(event) => change({ serial: event.currentTarget.value })}
            error={create.problem?.about("serial")}
          />
          <Button type="submit" loading={create.busy}>
            {t.createDevice}
          </Button>
        </form>
      )}
      <RefusalNote error={create.error} />
      {!making && lorawan && device !== undefined && device.serial === null && (
        <SerialForm product={product} device={device} />
      )}
    </Step>
  );
}

/** A LoRaWAN device is found by its DevEUI, which is its serial here. */
function SerialForm({ product, device }: { readonly product: string; readonly device: Device }) {
  const t = useText();
  const [serial, setSerial] = useState("");
  const save = useAct(async () => {
    await api.updateDevice({ product, device: device.id, if_match: "*", body: { serial } });
    await queryClient.invalidateQueries({ queryKey: ["devices"] });
  });
  return (
    <form className={css.inline} onSubmit={save.submit}>
      <TextInput
        label={t.connect.devEui}
        description={t.connect.devEuiHelp}
        value={serial}
        onChange={(event) => setSerial(event.currentTarget.value)}
        error={save.problem?.about("serial")}
        required
      />
      <Button type="submit" loading={save.busy}>
        {t.common.save}
      </Button>
      <RefusalNote error={save.error} />
    </form>
  );
}

interface TokenProps {
  readonly workspace: string;
  readonly product: string;
  readonly device: string;
  readonly token: MadeToken | null;
  readonly made: (token: MadeToken) => void;
}

export function TokenStep({ workspace, product, device, token, made }: TokenProps) {
  const t = useText().connect;
  const may = useMay(workspace, "members");
  const { data: account } = useQuery(accountQuery);
  const create = useAct(async () => {
    const fresh = may ? await makeToken(workspace, product, device) : await makeOwnToken(account?.email ?? "", device);
    await queryClient.invalidateQueries({ queryKey: ["api-users"] });
    made(fresh);
  });
  return (
    <Step n={3} title={t.token}>
      {token === null ? (
        <>
          <p className="quiet small">{may ? t.tokenMay : t.tokenOwn}</p>
          <Button onClick={() => void create.run()} loading={create.busy}>
            {t.createToken}
          </Button>
        </>
      ) : (
        <>
          <Copyable text={token.secret} what={t.token} />
          <p className="quiet small">{t.tokenOnce(token.name)}</p>
        </>
      )}
      <RefusalNote error={create.error} />
    </Step>
  );
}

const TYPES: readonly Field["type"][] = ["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"];
interface FieldProps {
  readonly product: string;
  readonly fields: readonly Field[];
  readonly value: string | undefined;
  readonly choose: (id: string) => void;
}

export function FieldStep({ product, fields, value, choose }: FieldProps) {
  const t = useText().connect;
  const [making, setMaking] = useState(false);
  const [form, setForm] = useState({ id: "TEMPERATURE", type: "NUMERIC" as Field["type"] });
  const create = useAct(async () => {
    const { data } = await api.createField({ product, body: form });
    await queryClient.invalidateQueries({ queryKey: ["fields"] });
    setMaking(false);
    choose(data.id);
  });
  const open = making || fields.length === 0;
  return (
    <Step n={4} title={t.field}>
      {fields.length > 0 && (
        <NativeSelect
          aria-label={t.field}
          data={[
            ...fields.map(({ id, type }) => ({ value: id, label: `${id} (${type})` })),
            { value: NEW, label: t.newField },
          ]}
          value={making ? NEW : (value ?? "")}
          onChange={({ currentTarget }) => {
            setMaking(currentTarget.value === NEW);
            if (currentTarget.value !== NEW) choose(currentTarget.value);
          }}
        />
      )}
      {open && (
        <form className={css.inline} onSubmit={create.submit}>
          <TextInput
            label={t.fieldId}
            value={form.id}
            onChange={(event) => setForm({ ...form, id: event.currentTarget.value.toUpperCase() })}
            error={create.problem?.about("id")}
            required
          />
          <NativeSelect
            label={t.fieldType}
            data={[...TYPES]}
            value={form.type}
            onChange={({ currentTarget }) =>
              setForm({ ...form, type: TYPES.find((one) => one === currentTarget.value) ?? "NUMERIC" })
            }
          />
          <Button type="submit" loading={create.busy}>
            {t.createField}
          </Button>
          <RefusalNote error={create.error} />
        </form>
      )}
    </Step>
  );
}
