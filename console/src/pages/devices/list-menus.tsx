import { ActionIcon, Button } from "@mantine/core";
import { BookmarkIcon, ColumnsIcon } from "@primer/octicons-react";
import { lazy, Suspense, useState } from "react";
import { useText } from "../../text/index.ts";
import type { DeviceColumn } from "./columns.tsx";
import type { DevicesSearch } from "./search.ts";
import type { useColumns } from "./use-columns.ts";

// loaded when somebody opens them: most visits do not
const ViewsMenu = lazy(() => import("./views-menu.tsx"));
const ColumnMenu = lazy(() => import("../../parts/column-menu.tsx"));

interface Props {
  readonly workspace: string;
  readonly search: DevicesSearch;
  readonly columns: readonly DeviceColumn[];
  readonly looks: ReturnType<typeof useColumns>;
  readonly withColumns: boolean;
}

/** The menus of saved views and columns. Until they are opened they are buttons that look the same. */
export function ListMenus({ workspace, search, columns, looks, withColumns }: Props) {
  const t = useText();
  const [opened, setOpened] = useState<ReadonlySet<"views" | "columns">>(new Set());
  const open = (name: "views" | "columns") => setOpened(new Set([...opened, name]));
  const { hidden, hide, dense, setDense, layout, setLayout } = looks;
  const { title } = t.devices.views;
  const views = (
    <ActionIcon variant="default" size={30} aria-label={title} title={title} onClick={() => open("views")}>
      <BookmarkIcon size={14} />
    </ActionIcon>
  );
  const button = (
    <Button variant="default" leftSection={<ColumnsIcon size={14} />} onClick={() => open("columns")}>
      {t.table.columns}
    </Button>
  );
  return (
    <>
      <Suspense fallback={views}>
        {opened.has("views") ? <ViewsMenu {...{ workspace, search, layout }} onOpen={setLayout} /> : views}
      </Suspense>
      {withColumns && (
        <Suspense fallback={button}>
          {opened.has("columns") ? (
            <ColumnMenu {...{ columns, hidden, dense }} onHide={hide} onDense={setDense} />
          ) : (
            button
          )}
        </Suspense>
      )}
    </>
  );
}
