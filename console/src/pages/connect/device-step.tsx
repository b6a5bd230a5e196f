import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Device } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { useAct } from "../../parts/act.ts";
import css from "./connect.module.css";
import { someDevicesQuery } from "./queries.ts";
import { Step } from "./steps.tsx";

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
