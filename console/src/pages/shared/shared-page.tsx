import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { queryClient } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { LiveConnection, type LiveState, liveStore } from "../../live/index.ts";
import { fetchStream } from "../../live/fetch-stream.ts";
import { exactText } from "../../parts/ago-text.ts";
import { DataProvider, LookedProvider } from "../../parts/dashboard/data.ts";
import { DashboardGrid } from "../../parts/dashboard/grid.tsx";
import { RangeSelect } from "../../parts/dashboard/range-select.tsx";
import type { Span } from "../../parts/chart/range.ts";
import { Status } from "../../parts/status.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import { bearing, sharedDashboard } from "./client.ts";
import css from "./shared.module.css";
import { sharedData } from "./shared-data.ts";
import { Over, Password } from "./shared-password.tsx";

/** The key of a link with a password, as long as the tab is open: whoever reloads does not type it again. */
const KEPT = "fieldcast-shared";

const kept = (secret: string): string | null => {
  const key = sessionStorage.getItem(KEPT);
  return key?.startsWith(`${secret}.`) === true ? key : null;
};

/** All of it is asked for again so often, ms: also what the dashboard is. */
const AGAIN_MS = 60_000;

/** A dashboard for whoever has its link: looked at, and nothing else. */
export function SharedPage() {
  const [secret, setSecret] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const changed = () => setSecret(location.hash.slice(1));
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return <Opened key={secret} secret={secret} />;
}

function Opened({ secret }: { readonly secret: string }) {
  const [key, setKey] = useState(() => kept(secret) ?? secret);
  const found = useQuery({
    queryKey: ["shared", key],
    queryFn: ({ signal }) => sharedDashboard(key, signal),
    refetchInterval: AGAIN_MS,
    meta: { live: true },
  });
  const code = found.error instanceof ApiProblem ? found.error.code : null;
  if (code === "password_needed")
    return (
      <Password
        secret={secret}
        opened={(next) => {
          sessionStorage.setItem(KEPT, next);
          setKey(next);
        }}
      />
    );
  // closed while it was looked at: what was there goes, too
  if (code === "link_over") return <Over />;
  return (
    <main className={css.shared} id="page">
      {found.data !== undefined ? (
        <Shown secretKey={key} shared={found.data} />
      ) : found.error === null ? (
        <Skeleton rows={9} />
      ) : (
        <RefusalNote error={found.error} again={() => void found.refetch()} />
      )}
    </main>
  );
}

function Shown({
  secretKey,
  shared,
}: {
  readonly secretKey: string;
  readonly shared: Awaited<ReturnType<typeof sharedDashboard>>;
}) {
  const t = useText();
  const [span, setSpan] = useState<Span>(shared.content.range);
  const data = useMemo(() => sharedData(secretKey, shared), [secretKey, shared]);
  const state = useLive(secretKey);
  const looked = shared.product === null ? null : { product: shared.product, device: shared.device };
  return (
    <DataProvider value={data}>
      <LookedProvider value={looked}>
        <Page
          title={shared.name}
          wide
          about={
            <span className="quiet small">
              <Status kind={state === "live" ? "live" : "away"}>
                {state === "live" ? t.frame.feed.live : t.frame.feed.connecting}
              </Status>{" "}
              {t.dashboards.shared.readOnly}
              {shared.expires !== null && `, ${t.dashboards.shared.until(exactText(shared.expires, t.time))}`}
            </span>
          }
          actions={<RangeSelect span={span} onChange={setSpan} />}
        >
          <DashboardGrid content={shared.content} span={span} />
        </Page>
      </LookedProvider>
    </DataProvider>
  );
}

/** Values as they come, by the stream of the link. @returns how that stream is */
function useLive(key: string): LiveState["kind"] {
  const [state, setState] = useState<LiveState["kind"]>("connecting");
  useEffect(() => {
    const again = () => void queryClient.invalidateQueries({ queryKey: ["shared", key] });
    const connection = new LiveConnection({
      path: "/api/v1/shared/live",
      open: (address) => fetchStream(address, bearing(key)),
      now: () => Date.now(),
      later: (run, ms) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      hear: (measurement) => liveStore.apply(measurement),
      gap: again,
      // a stream that is lost may be one that was revoked: the next answer says so
      changed: ({ kind }) => {
        setState(kind);
        if (kind === "reconnecting") again();
      },
    });
    connection.start();
    return () => {
      connection.stop();
      liveStore.clear();
    };
  }, [key]);
  return state;
}
