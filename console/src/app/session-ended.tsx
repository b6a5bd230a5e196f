import { Anchor, Modal, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { queryClient } from "../api/index.ts";
import { sessionQuery } from "../api/session.ts";
import { liveConnection } from "../live/index.ts";
import { PasswordForm } from "../pages/sign-in/password-form.tsx";
import { useText } from "../text/index.ts";

/**
 * The session ended while a page was open: signing in again happens above it, so that nothing is lost that was typed. Who signs
 * in as somebody else begins anew.
 */
export default function SessionEnded({ onBack }: { readonly onBack: () => void }) {
  const { signIn: t, frame } = useText();
  const { data } = useQuery({ ...sessionQuery, enabled: false });
  const [email] = useState(data?.signed_in ? data.email : "");
  const back = useCallback(async () => {
    const now = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    if (!now.signed_in) return;
    if (now.email !== email) return location.reload();
    onBack();
    liveConnection.start();
    await queryClient.invalidateQueries();
  }, [email, onBack]);
  useEffect(() => {
    // who signed in at another tab, or at another service, is back here, too
    const look = () => void back().catch(() => undefined);
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [back]);
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t.endedTitle}
      overlayProps={{ blur: 8 }}
    >
      <Stack gap="md">
        <p className="quiet">{t.ended}</p>
        <PasswordForm email={email} done={back} />
        {data?.ways.openid === true && (
          <Anchor href="/api/v1/auth/openid" target="_blank" size="sm">
            {t.openid}
          </Anchor>
        )}
        <Anchor href="/console/sign-in" size="sm">
          {frame.signOut}
        </Anchor>
      </Stack>
    </Modal>
  );
}
