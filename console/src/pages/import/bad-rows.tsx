import { Button } from "@mantine/core";
import { useMemo } from "react";
import { csvText, saveFile } from "../../parts/csv.ts";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/table-types.ts";
import { useText } from "../../text/index.ts";
import type { BadRow } from "./run.ts";

export function byLine(bad: readonly BadRow[]): BadRow[] {
  return [...bad].sort((a, b) => a.line - b.line);
}

/** Every bad row with its line, and all of them as a file. */
export function BadRows({ bad }: { readonly bad: readonly BadRow[] }) {
  const words = useText().imports;
  const columns = useMemo(
    (): Column<BadRow>[] => [
      { id: "line", head: words.lineHead, width: 90, cell: ({ line }) => line, sortBy: ({ line }) => line },
      { id: "field", head: words.column, width: 130, cell: ({ field }) => <code>{field}</code> },
      { id: "message", head: words.why, width: 260, grow: true, cell: ({ message }) => message },
    ],
    [words],
  );
  return (
    <>
      <DataTable
        label={words.bad}
        rows={bad}
        columns={columns}
        rowKey={({ line, field, message }) => `${line} ${field} ${message}`}
        height={360}
      />
      <div>
        <Button
          variant="default"
          onClick={() => {
            const rows = bad.map(({ line, field, message }) => [String(line), field, message]);
            saveFile("bad-rows.csv", csvText(["line", "column", "message"], rows), "text/csv");
          }}
        >
          {words.saveBad}
        </Button>
      </div>
    </>
  );
}
