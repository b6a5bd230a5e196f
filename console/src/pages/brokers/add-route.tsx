import { Button, Modal, NativeSelect, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";
import { InRoute } from "./in-route.tsx";
import { ForwardRoute, OutRoute } from "./out-route.tsx";
import type { Route } from "./shared.ts";

const DIRECTIONS = ["in", "out", "forward"] as const;
type Direction = (typeof DIRECTIONS)[number];

interface Props {
  readonly workspace: string;
  readonly onClose: () => void;
  readonly add: (routes: readonly Route[]) => Promise<void>;
}

/** Adds a route: what comes in by a map, what goes out by templates, or what is forwarded as it is. */
export function AddRoute({ workspace, onClose, add }: Props) {
  const t = useText();
  const words = t.brokers;
  const [direction, setDirection] = useState<Direction>("in");
  const [qos, setQos] = useState<0 | 1 | 2>(1);
  const [routes, setRoutes] = useState<readonly Route[]>([]);
  const act = useAct(async () => {
    await add(routes.map((route) => ({ ...route, qos })));
    onClose();
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.addRoute}
      size="xl"
      closeButtonProps={{ "aria-label": t.common.close }}
    >
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
        {direction === "in" && <InRoute workspace={workspace} onChange={setRoutes} />}
        {direction === "out" && <OutRoute onChange={setRoutes} />}
        {direction === "forward" && <ForwardRoute onChange={setRoutes} />}
        <form onSubmit={act.submit} className={css.form}>
          <NativeSelect
            label="QoS"
            data={["0", "1", "2"]}
            value={String(qos)}
            onChange={({ currentTarget }) =>
              setQos(currentTarget.value === "2" ? 2 : currentTarget.value === "0" ? 0 : 1)
            }
          />
          <RefusalNote error={act.error} />
          <div>
            <Button type="submit" loading={act.busy} disabled={routes.length === 0}>
              {routes.length > 1 ? words.addRoutes(routes.length) : words.addRoute}
            </Button>
          </div>
        </form>
      </div>
    </Modal>
  );
}
