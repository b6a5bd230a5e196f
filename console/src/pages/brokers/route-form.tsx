import { Button, Modal, NativeSelect, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";
import { ForwardRoute } from "./forward-route.tsx";
import { InRoute } from "./in-route.tsx";
import { OutRoute } from "./out-route.tsx";
import type { Route } from "./shared.ts";

const DIRECTIONS = ["in", "out", "forward"] as const;
type Direction = (typeof DIRECTIONS)[number];

interface Props {
  readonly workspace: string;
  /** The route that is changed; absent: one is added. */
  readonly before?: Route;
  /** Where it stands, or will stand, among the routes of the broker. */
  readonly place: number;
  /** Others took the route away or changed it while it was open here. */
  readonly isGone?: boolean;
  readonly onClose: () => void;
  readonly save: (routes: readonly Route[]) => Promise<void>;
}

/** A route, new or changed: what comes in by a map, what goes out by templates, or what is forwarded as it is. */
export function RouteForm({ workspace, before, place, isGone = false, onClose, save }: Props) {
  const t = useText();
  const words = t.brokers;
  const [direction, setDirection] = useState<Direction>(before?.direction ?? "in");
  const [qos, setQos] = useState<0 | 1 | 2>(before?.qos ?? 1);
  const [routes, setRoutes] = useState<readonly Route[]>([]);
  const act = useAct(async () => {
    await save(routes.map((route) => ({ ...route, qos })));
    onClose();
  });
  // a ready-made map may make several of one form: what is wrong with any of them is said there
  const about = (name: string) =>
    act.problem?.errors.find(({ path }) =>
      routes.some((_, i) => {
        const own = `routes[${place + i}].${name}`;
        return path === own || path.startsWith(`${own}[`) || path.startsWith(`${own}.`);
      }),
    )?.message;
  const isAdded = before === undefined || isGone;
  const title = before === undefined ? words.addRoute : words.editRoute;
  const adds = routes.length > 1 ? words.addRoutes(routes.length) : words.addRoute;
  return (
    <Modal opened onClose={onClose} title={title} size="xl" closeButtonProps={{ "aria-label": t.common.close }}>
      <div className={css.form}>
        <SegmentedControl
          aria-label={words.direction}
          data={DIRECTIONS.map((value) => ({ value, label: words.directions[value] }))}
          value={direction}
          onChange={(next) => {
            setRoutes([]);
            setDirection(DIRECTIONS.find((one) => one === next) ?? "in");
          }}
        />
        <p className="quiet small">{words.directionHelp[direction]}</p>
        {direction === "in" && (
          <InRoute
            workspace={workspace}
            before={before?.direction === "in" ? before : undefined}
            onChange={setRoutes}
            about={about}
          />
        )}
        {direction === "out" && (
          <OutRoute before={before?.direction === "out" ? before : undefined} onChange={setRoutes} about={about} />
        )}
        {direction === "forward" && (
          <ForwardRoute
            before={before?.direction === "forward" ? before : undefined}
            onChange={setRoutes}
            about={about}
          />
        )}
        <form onSubmit={act.submit} className={css.form}>
          <NativeSelect
            label="QoS"
            data={["0", "1", "2"]}
            value={String(qos)}
            onChange={({ currentTarget }) =>
              setQos(currentTarget.value === "2" ? 2 : currentTarget.value === "0" ? 0 : 1)
            }
            error={about("qos")}
          />
          {isGone && !act.busy && <p role="status">{words.routeGone}</p>}
          <RefusalNote error={act.error} />
          <div>
            <Button type="submit" loading={act.busy} disabled={routes.length === 0}>
              {isAdded && !act.busy ? adds : t.common.save}
            </Button>
          </div>
        </form>
      </div>
    </Modal>
  );
}
