import type { PieceOf } from "./found.ts";
import type { ListName } from "./lists.ts";
import type { Known, Position } from "./position.ts";
import type {
  AlertQuery,
  EventQuery,
  IdKind,
  JournalQuery,
  ManyRequest,
  Opened,
  PassQuery,
  StoreOp,
} from "../../ports.ts";

/** What the main thread asks its two workers; each message is answered by exactly one Answer with its number. */
export type WriterRequest =
  | { readonly t: "open"; readonly folder: string }
  | { readonly t: "reopen"; readonly folder: string }
  | {
      readonly t: "commit";
      readonly known: Known;
      readonly count: number;
      /** The transferred buffer and where the record lies in it. */
      readonly buffer: ArrayBuffer | null;
      readonly offset: number;
      readonly length: number;
      readonly ops: readonly StoreOp[];
    }
  /** The next piece of what the start found; null: there is no more. */
  | { readonly t: "found"; readonly what: PieceOf }
  | { readonly t: "limit"; readonly pages: number }
  | { readonly t: "idle" }
  | { readonly t: "close" };

/** What `open` answers. */
export interface OpenAnswer {
  readonly opened: Opened;
  /** The first free ids. */
  readonly next: Readonly<Record<IdKind, number>>;
  readonly position: Position;
}

/** What a reader worker is asked. @template Place where the data is */
export type ReaderRequest<Place> =
  | { readonly t: "open"; readonly place: Place }
  | ReadRequest
  | { readonly t: "close" };

export type ReadRequest =
  | { readonly t: "read"; readonly series: number; readonly from: number; readonly to: number; readonly limit: number }
  | { readonly t: "many"; readonly asked: ManyRequest }
  | { readonly t: "before"; readonly series: number; readonly at: number }
  | { readonly t: "newest"; readonly series: Uint32Array; readonly at: number }
  | { readonly t: "aggregate"; readonly series: number; readonly edges: Float64Array }
  | { readonly t: "chunk"; readonly session: number; readonly firstSeq: number }
  | {
      readonly t: "refusals";
      readonly device: number | null;
      readonly principal: string | null;
      readonly limit: number;
    }
  | { readonly t: "sessions"; readonly ids: readonly number[] }
  | { readonly t: "log"; readonly after: number; readonly upTo: number; readonly bytes: number }
  | { readonly t: "bytesAfter"; readonly after: number }
  | { readonly t: "list"; readonly list: ListName; readonly from: number }
  | { readonly t: "events"; readonly query: EventQuery }
  | { readonly t: "journal"; readonly query: JournalQuery }
  | { readonly t: "alerts"; readonly query: AlertQuery }
  | { readonly t: "alert"; readonly id: number }
  | { readonly t: "tasks"; readonly after: number; readonly limit: number }
  | { readonly t: "passes"; readonly query: PassQuery }
  | { readonly t: "stats" }
  | { readonly t: "seriesStats"; readonly series: Uint32Array; readonly before: Float64Array | undefined };
