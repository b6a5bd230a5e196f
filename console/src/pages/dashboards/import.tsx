import { Button, Modal, Stack, TextInput } from "@mantine/core";
import { type ChangeEvent, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../parts/dashboard/text.ts";

interface Props {
  readonly workspace: string;
  readonly onClose: () => void;
  readonly made: (one: { dashboard: number }) => void;
}
type Body = Parameters<typeof api.createDashboard>[0]["body"];

/** Reads an exported file; what it names and is not here is told by the server, with its place. */
export function ImportDashboard({ workspace, onClose, made }: Props) {
  const t = useText();
  const d = t.dashboards;
  const [file, setFile] = useState<Body | null>(null);
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const act = useAct(async () => {
    if (file === null) return;
    const { data } = await api.createDashboard({
      workspace,
      body: { ...file, name: name.trim(), allow_missing: missing },
    });
    await queryClient.invalidateQueries({ queryKey: ["dashboards"] });
    made(data);
  });
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    act.clear();
    setMissing(false);
    const [chosen] = event.currentTarget.files ?? [];
    if (chosen === undefined) return;
    try {
      const found: unknown = JSON.parse(await chosen.text());
      if (typeof found !== "object" || found === null) throw new TypeError("no group");
      setWrong(null);
      setFile(found as Body); // the server says what is wrong with it
      setName(String(Reflect.get(found, "name") ?? ""));
    } catch {
      setFile(null);
      setWrong(d.notAFile);
    }
  };
  const lacks =
    act.problem?.errors.length !== 0 && act.problem?.errors.every(({ message }) => / is not there$/.test(message));
  return (
    <Modal opened onClose={onClose} title={d.import} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={act.submit}>
        <Stack gap="md">
          <label>
            <span className="small">{d.importHow}</span>
            <input type="file" accept=".json,application/json" onChange={(event) => void read(event)} data-autofocus />
          </label>
          {wrong !== null && <p className="bad">{wrong}</p>}
          <TextInput
            label={d.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            withAsterisk={false}
            autoComplete="off"
          />
          <RefusalNote error={act.error}>
            {lacks === true && (
              <Button variant="default" onClick={() => setMissing(true)} disabled={missing}>
                {d.importAnyway}
              </Button>
            )}
          </RefusalNote>
          <Button type="submit" loading={act.busy} disabled={file === null}>
            {d.import}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
