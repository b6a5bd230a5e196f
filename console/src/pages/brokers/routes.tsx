import { Button } from "@mantine/core";
import { useState } from "react";
import type { ExternalBroker } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { AddRoute } from "./add-route.tsx";
import css from "./brokers.module.css";
import { reload } from "./queries.ts";
import { mapName, type Route, routeLine } from "./shared.ts";

interface Props {
  readonly workspace: string;
  readonly broker: ExternalBroker;
  readonly etag: string;
  readonly may: boolean;
}

/** What is carried between a broker and us. */
export function Routes({ workspace, broker, etag, may }: Props) {
  const t = useText();
  const words = t.brokers;
  const [adding, setAdding] = useState(false);
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
        <ol className={css.list}>
          {broker.routes.map((route, i) => (
            <Item
              // they are told apart by their place alone
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={i}
              route={route}
              trouble={broker.troubles.find((one) => one.route === i)?.reason}
              may={may}
              remove={() => save(broker.routes.filter((_, at) => at !== i))}
            />
          ))}
        </ol>
      )}
      {adding && (
        <AddRoute
          workspace={workspace}
          onClose={() => setAdding(false)}
          add={(more) => save([...broker.routes, ...more])}
        />
      )}
    </Section>
  );
}

interface ItemProps {
  readonly route: Route;
  readonly trouble: string | undefined;
  readonly may: boolean;
  readonly remove: () => Promise<void>;
}

function Item({ route, trouble, may, remove }: ItemProps) {
  const words = useText().brokers;
  const act = useAct(remove);
  return (
    <li>
      <div className={css.head}>
        <strong>{words.directions[route.direction]}</strong>
        <span className={css.what}>
          <code>{routeLine(route)}</code> {route.direction === "in" && words.by(mapName(route))}
        </span>
        <span className="quiet small">QoS {route.qos}</span>
        <Button variant="subtle" color="gray" onClick={() => void act.run()} loading={act.busy} disabled={!may}>
          {words.removeRoute}
          <span className="sr-only"> {routeLine(route)}</span>
        </Button>
      </div>
      {trouble !== undefined && <Status kind="bad">{trouble}</Status>}
      <RefusalNote error={act.error} />
    </li>
  );
}
