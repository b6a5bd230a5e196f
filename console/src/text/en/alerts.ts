/** Alerts. */
export const alerts = {
  views: "Which alerts",
  view: { active: "Open and acknowledged", closed: "Closed", notifications: "Notifications" },
  none: {
    active: "No alert is open. Rules open them: give one an alert in its settings.",
    closed: "No alert was closed yet.",
    notifications: "No rule has told you anything yet.",
  },
  severity: { critical: "Critical", error: "Error", warning: "Warning", info: "Info" },
  times: (n: number) => `fired ${n} times`,
  acknowledge: "Acknowledge",
  close: "Close",
  acknowledgedBy: (who: string) => `Acknowledged by ${who}`,
  closedBy: (who: string) => `Closed by ${who}`,
  closedItself: "Closed by its rule",
  ofDevice: "Alerts",
  silentFor: (span: string) => `silent for ${span}`,
};
