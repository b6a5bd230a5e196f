import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
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

/** A page that threw: a refusal says what to do, anything else is a mistake of ours. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const t = useText().common;
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
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
