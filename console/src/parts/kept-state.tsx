import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { KeptForm } from "./kept-form.tsx";
import { RefusalNote } from "./refusal-note.tsx";

interface State<T> {
  readonly known: T;
  readonly etag: string;
}
interface Props<T, Key extends QueryKey> {
  /** Asks for what is changed, as it is now. */
  readonly query: UseQueryOptions<State<T>, Error, State<T>, Key>;
  /** Draws the form. */
  readonly children: (known: T, etag: string) => ReactNode;
}

/** A form about one thing of a list: it is asked for with the tag of its state, so that two who change it do not undo each other's work. */
export function KeptState<T, Key extends QueryKey>({ query, children }: Props<T, Key>) {
  const { data, error, refetch } = useQuery(query);
  if (data === undefined) return <RefusalNote error={error} again={() => void refetch()} />;
  return <KeptForm state={data}>{({ known, etag }) => children(known, etag)}</KeptForm>;
}
