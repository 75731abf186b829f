import type { Forms } from "../forms.ts";

/** Changing many devices at once. */
export function bulk({ counted, count }: Forms) {
  const devices = (number: number) => counted(number, { one: "device", other: "devices" });
  const all = (number: number) => (number === 1 ? "the one device" : `all ${devices(number)}`);
  return {
    pick: (name: string) => `Select ${name}`,
    pickAll: "Select all on this page",
    picked: (number: number) => `${count(number)} selected`,
    withPicked: { change: "Change selected", run: "Run a job on them", notify: "Notify them" },
    withAll: {
      change: (number: number) => `Change ${all(number)}`,
      run: (number: number) => `Run a job on ${all(number)}`,
      notify: (number: number) => `Notify ${all(number)}`,
    },
    clear: "Clear",
    title: (number: number) => `Change ${devices(number)}`,
    andMore: (number: number) => `and ${count(number)} more`,
    which: "Which they are",
    what: "What should happen to them?",
    "add-tag": "Add a tag",
    "remove-tag": "Remove a tag",
    retire: "Retire",
    restore: "Restore",
    delete: "Delete",
    deleteHint: "Takes them out of everything with what they measured. They can be restored for 30 days.",
    tag: "Tag",
    tagHint: "For adding or removing. Letters, digits and . _ : -",
    retireHint: "Takes them out of every list and count. What they measured stays, and they can be restored.",
    restoreHint: "Brings them back into lists and counts.",
    submit: (number: number) => `Change ${devices(number)}`,
    undoable: "All of them are changed, or none. You can undo it afterwards.",
  };
}

export type BulkWords = ReturnType<typeof bulk>;
