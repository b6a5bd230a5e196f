import list from "../list.module.css";
import type { Alert } from "../../../../sdk/operations.js";
import { EmptyState } from "../empty-state.tsx";
import { Skeleton } from "../page.tsx";
import { RefusalNote } from "../refusal-note.tsx";
import { AlertRow } from "./alert-row.tsx";

interface Props {
  readonly workspace: string;
  readonly query: {
    readonly data: readonly Alert[] | undefined;
    readonly error: Error | null;
    readonly refetch: () => Promise<unknown>;
  };
  readonly empty: string;
}

export function AlertList({ workspace, query: { data, error, refetch }, empty }: Props) {
  return (
    <>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.length === 0 && <EmptyState>{empty}</EmptyState>}
      {data !== undefined && data.length > 0 && (
        <ul className={list.list}>
          {data.map((alert) => (
            <AlertRow key={alert.alert} workspace={workspace} alert={alert} />
          ))}
        </ul>
      )}
    </>
  );
}
