import { useText } from "../text/index.ts";
import { EmptyState } from "./empty-state.tsx";
import { Page } from "./page.tsx";
import WhoGives from "./who-gives.tsx";

interface Props {
  /** Of the page. */
  readonly title: string;
  readonly workspace: string;
  /** The permission of the workspace that all of the page takes. */
  readonly right: string;
}

/** In the place of a page of which one may see nothing: which right it takes, and who can give it. */
export function NoRight({ title, workspace, right }: Props) {
  const t = useText().common;
  return (
    <Page title={title}>
      <EmptyState>{t.pageNeeds(right, workspace)}</EmptyState>
      <WhoGives />
    </Page>
  );
}
