/** What would mend a refusal, wherever one is shown. */
export const mend = {
  topic: "topic",
  instead: "This topic would work:",
  createField: (id: string, type: string) => `Create field ${id} (${type})`,
  createdField: (id: string) => `The field ${id} is there now. Send again.`,
  grant: (name: string, on: string) => `Let ${name} record for ${on}`,
  granted: (name: string) => `${name} may record for it now. Send again.`,
};
