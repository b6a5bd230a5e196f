import { CloseButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Notification } from "../../../sdk/operations.js";
import { queryClient } from "../api/index.ts";
import { useAlerts } from "../live/alerts.ts";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";

/** Hears alerts while the console is looked at: lists and counts are asked again, and what a rule tells people stands here until it is closed. */
export default function AlertWatch({ workspace }: { readonly workspace: string }) {
  const t = useText();
  const [told, setTold] = useState<Notification | null>(null);
  const changed = () => void queryClient.invalidateQueries({ queryKey: ["alerts"] });
  useAlerts(workspace, {
    alert: changed,
    notification: (one) => {
      setTold(one);
      changed();
    },
  });
  return (
    <div role="status" className={told === null ? "sr-only" : css.told}>
      {told !== null && (
        <>
          <Link
            to="/w/$workspace/alerts"
            params={{ workspace }}
            search={{ view: "notifications" }}
            onClick={() => setTold(null)}
          >
            {told.text}
          </Link>
          <CloseButton size="sm" aria-label={t.common.close} onClick={() => setTold(null)} />
        </>
      )}
    </div>
  );
}
