import { Button, Checkbox, Popover, Stack, Switch } from "@mantine/core";
import { ColumnsIcon } from "@primer/octicons-react";
import { useText } from "../text/index.ts";
import type { Column } from "./table-types.ts";

interface Props {
  readonly columns: readonly Pick<Column<never>, "id" | "head" | "fixed">[];
  readonly hidden: ReadonlySet<string>;
  readonly onHide: (id: string, hide: boolean) => void;
  readonly dense: boolean;
  readonly onDense: (dense: boolean) => void;
}

/** Which columns a table shows, and how high its rows are; loaded, and open, when it is asked for. */
export default function ColumnMenu({ columns, hidden, onHide, dense, onDense }: Props) {
  const t = useText().table;
  return (
    <Popover position="bottom-end" width={220} defaultOpened>
      <Popover.Target>
        <Button variant="default" leftSection={<ColumnsIcon size={14} />}>
          {t.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.columns}>
        <Stack gap="sm" mah={420} style={{ overflowY: "auto" }}>
          {columns
            .filter(({ fixed }) => fixed !== true)
            .map(({ id, head }) => (
              <Checkbox
                key={id}
                label={head}
                checked={!hidden.has(id)}
                onChange={(event) => onHide(id, !event.currentTarget.checked)}
              />
            ))}
          <Switch label={t.dense} checked={dense} onChange={(event) => onDense(event.currentTarget.checked)} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
