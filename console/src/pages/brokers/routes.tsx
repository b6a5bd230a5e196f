import { Button } from "@mantine/core";
import { useState } from "react";
import { api } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import list from "../../parts/list.module.css";
import css from "./brokers.module.css";
import { reload } from "./queries.ts";
import { RouteForm } from "./route-form.tsx";
import { type BrokerProps, mapName, type Route, routeLine } from "./shared.ts";

/** What is carried between a broker and us. */
export function Routes({ workspace, broker, etag, may }: BrokerProps) {
  const t = useText();
  const words = t.brokers;
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<Route | null>(null);
  const [removed, setRemoved] = useState<{ readonly route: Route; readonly at: number } | null>(null);
  // by what it was when it was opened: others may add and remove routes meanwhile
  const place = editing === null ? -1 : broker.routes.findIndex((one) => isSame(one, editing));
  const save = async (routes: readonly Route[]) => {
    await api.updateBroker({ workspace, broker: broker.broker, if_match: etag, body: { routes: [...routes] } });
    await reload();
  };
  return (
    <Section
      title={words.routes}
      flush
      actions={
        <Button
          onClick={() => setAdding(true)}
          disabled={!may}
          title={may ? undefined : t.common.needs("integrations")}
        >
          {words.addRoute}
        </Button>
      }
    >
      {broker.routes.length === 0 ? (
        <EmptyState>{words.noRoutes}</EmptyState>
      ) : (
        <ol className={list.list}>
          {broker.routes.map((route, i) => (
            <Item
              // they are told apart by their place alone
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={i}
              route={route}
              trouble={broker.troubles.find((one) => one.route === i)?.reason}
              may={may}
              edit={() => setEditing(route)}
              remove={async () => {
                await save(broker.routes.filter((_, at) => at !== i));
                setRemoved({ route, at: i });
              }}
            />
          ))}
        </ol>
      )}
      {removed !== null && (
        <Removed
          route={removed.route}
          undo={async () => {
            await save(broker.routes.toSpliced(removed.at, 0, removed.route));
            setRemoved(null);
          }}
        />
      )}
      {adding && (
        <RouteForm
          workspace={workspace}
          place={broker.routes.length}
          onClose={() => setAdding(false)}
          save={(more) => save([...broker.routes, ...more])}
        />
      )}
      {editing !== null && (
        <RouteForm
          workspace={workspace}
          before={editing}
          place={place < 0 ? broker.routes.length : place}
          isGone={place < 0}
          onClose={() => setEditing(null)}
          save={(next) => save(place < 0 ? [...broker.routes, ...next] : broker.routes.toSpliced(place, 1, ...next))}
        />
      )}
    </Section>
  );
}

/** A route that was removed, and the way back. */
function Removed({ route, undo }: { readonly route: Route; readonly undo: () => Promise<void> }) {
  const words = useText().brokers;
  const act = useAct(undo);
  return (
    <div className={css.removed} role="status">
      <span>{words.routeRemoved(routeLine(route))}</span>
      <Button variant="default" loading={act.busy} onClick={() => void act.run()}>
        {words.undo}
      </Button>
      <RefusalNote error={act.error} />
    </div>
  );
}

const isSame = (one: Route, other: Route) => JSON.stringify(one) === JSON.stringify(other);

interface ItemProps {
  readonly route: Route;
  readonly trouble: string | undefined;
  readonly may: boolean;
  readonly edit: () => void;
  readonly remove: () => Promise<void>;
}

function Item({ route, trouble, may, edit, remove }: ItemProps) {
  const t = useText();
  const words = t.brokers;
  const act = useAct(remove);
  return (
    <li>
      <div className={list.head}>
        <strong>{words.directions[route.direction]}</strong>
        <span className={list.what}>
          <code>{routeLine(route)}</code> {route.direction === "in" && words.by(mapName(route))}
        </span>
        <span className="quiet small">QoS {route.qos}</span>
        <span className={css.acts}>
          <Button variant="subtle" color="gray" onClick={edit} disabled={!may}>
            {t.common.edit}
            <span className="sr-only"> {routeLine(route)}</span>
          </Button>
          <Button variant="subtle" color="gray" onClick={() => void act.run()} loading={act.busy} disabled={!may}>
            {words.removeRoute}
            <span className="sr-only"> {routeLine(route)}</span>
          </Button>
        </span>
      </div>
      {trouble !== undefined && <Status kind="bad">{trouble}</Status>}
      <RefusalNote error={act.error} />
    </li>
  );
}
