import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { ApiProblem } from "../api/problem.ts";
import { Page } from "../parts/page.tsx";
import { RefusalNote } from "../parts/refusal-note.tsx";
import { useText } from "../text/index.ts";

/** An address that leads nowhere. */
export function NotFound() {
  const t = useText().common;
  return (
    <Page title={t.notFound}>
      <p className="quiet">{t.notFoundWhy}</p>
      <div>
        <Button component={Link} to="/">
          {t.toHome}
        </Button>
      </div>
    </Page>
  );
}

/** A part of the console that could not be fetched: the server is away, or has another version by now. */
const NOT_LOADED = /dynamically imported module|module script failed/i;

/** Loads the page again when the server is there: else the browser would show its own words in place of ours. */
async function reloaded(): Promise<void> {
  const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.ok === true) location.reload();
}

/** A page that threw: a refusal says what to do, and is tried again once the browser is back in its network; anything else is a mistake of ours. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const t = useText().common;
  const router = useRouter();
  const again = useCallback(() => {
    // what was not loaded once is not asked for again by the same page: React keeps that it failed. The view is in the address
    if (error instanceof Error && NOT_LOADED.test(error.message)) return void reloaded();
    reset();
    void router.invalidate();
  }, [error, reset, router]);
  useEffect(() => {
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [again]);
  if (error instanceof ApiProblem && error.status === 404) return <NotFound />;
  if (error instanceof ApiProblem || error instanceof TypeError)
    return (
      <Page title={t.failed}>
        <RefusalNote error={error} again={again} />
      </Page>
    );
  return (
    <Page title={t.broken} actions={<Button onClick={() => location.reload()}>{t.reload}</Button>}>
      <p className="quiet">{t.brokenWhy}</p>
      <pre className="small">{String(error)}</pre>
    </Page>
  );
}
