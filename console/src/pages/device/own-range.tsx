import { Button, Popover, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { exactText } from "../../parts/ago-text.ts";
import type { Range } from "../../parts/chart/range.ts";
import { useText } from "../../text/index.ts";
import { localTime, ownRange } from "./local-time.ts";
import type { DeviceSearch } from "./search.ts";

interface Props {
  readonly range: Range;
  readonly choose: (range: Pick<DeviceSearch, "from" | "to">) => void;
}

/** Says which range is shown; a click changes its beginning and its end. */
export function OwnRange({ range, choose }: Props) {
  const { time, device } = useText();
  const t = device.history;
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState({ from: "", to: "" });
  const wanted = ownRange(typed.from, typed.to, time.zone);
  const toggle = () => {
    setTyped({ from: localTime(range.from, time.zone), to: localTime(range.to, time.zone) });
    setOpened(!opened);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted === null) return;
    setOpened(false);
    choose(wanted);
  };
  const text = [range.from, range.to].map((one) => exactText(new Date(one).toISOString(), time)).join(" – ");
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={260} trapFocus>
      <Popover.Target>
        <Button variant="default" fw={400} onClick={toggle} title={t.ownRange}>
          {text}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.ownRange}>
        <form onSubmit={submit} noValidate>
          <Stack gap="sm">
            {(["from", "to"] as const).map((end) => (
              <TextInput
                key={end}
                type="datetime-local"
                step={1}
                label={t.ends[end]}
                value={typed[end]}
                onChange={({ currentTarget }) => setTyped({ ...typed, [end]: currentTarget.value })}
                error={end === "to" && wanted === null && typed.from !== "" && typed.to !== "" ? t.noRange : undefined}
              />
            ))}
            <Button type="submit" disabled={wanted === null}>
              {t.showRange}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
