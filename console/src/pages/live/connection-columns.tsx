import type { Session } from "../../../../sdk/operations.js";
import { Ago } from "../../parts/ago.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { Status } from "../../parts/status.tsx";
import type { Column } from "../../parts/table-types.ts";
import type { Text } from "../../text/index.ts";
import css from "./live.module.css";

export function columnsOf(t: Text, open: (id: string) => void): Column<Session>[] {
  const words = t.live.connections;
  const number = (n: number) => formatNumber(n, 0, t.time.locale);
  return [
    {
      id: "client",
      head: words.client,
      width: 170,
      grow: true,
      fixed: true,
      cell: ({ id, client_id }) => (
        <button type="button" className={css.open} onClick={() => open(id)}>
          {client_id}
        </button>
      ),
      sortBy: ({ client_id }) => client_id,
    },
    {
      id: "state",
      head: words.state,
      width: 110,
      cell: ({ connected }) =>
        connected ? <Status kind="ok">{words.online}</Status> : <Status kind="away">{words.away}</Status>,
      sortBy: ({ connected }) => (connected ? 0 : 1),
    },
    {
      id: "account",
      head: words.account,
      width: 150,
      grow: true,
      cell: ({ account }) => account,
      sortBy: ({ account }) => account,
    },
    { id: "since", head: words.since, width: 100, cell: ({ since }) => <Ago time={since} />, sortBy: (s) => s.since },
    {
      id: "how",
      head: words.how,
      width: 130,
      cell: ({ protocol, transport }) => `MQTT ${protocol}${transport === null ? "" : `, ${transport}`}`,
    },
    { id: "remote", head: words.remote, width: 120, cell: ({ remote }) => remote ?? "–" },
    {
      id: "subscriptions",
      head: words.subscriptions,
      width: 110,
      right: true,
      cell: ({ subscriptions }) => number(subscriptions),
      sortBy: ({ subscriptions }) => subscriptions,
    },
    {
      id: "waiting",
      head: words.waiting,
      width: 90,
      right: true,
      cell: ({ waiting, in_flight }) => number(waiting + in_flight),
      sortBy: ({ waiting, in_flight }) => waiting + in_flight,
    },
  ];
}
