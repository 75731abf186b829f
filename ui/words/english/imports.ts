import type { Forms } from "../forms.ts";

interface Counts {
  create: number;
  change: number;
  unchanged: number;
  fail: number;
}

/** Records from CSV files. */
export function imports({ counted, count }: Forms) {
  const lines = (number: number) => counted(number, { one: "line", other: "lines" });
  const records = (number: number) => counted(number, { one: "record", other: "records" });
  return {
    import: "Import",
    export: "Export",
    title: { sites: "Import sites", devices: "Import devices" },
    text: "From a CSV file, as spreadsheets write them. Nothing happens before you have seen what would.",
    nothingYet: "Nothing has happened yet. Look through it, then import.",
    would: ({ create, change, unchanged, fail }: Counts) =>
      `${count(create)} new, ${count(change)} changed, ${count(unchanged)} as they are, ${count(fail)} failing`,
    choose: "The file",
    chooseAnother: "Another file",
    file: "Choose a CSV file",
    paste: "or paste its text",
    columns: {
      sites:
        "The first line names the columns, name at least: an export has them all, and can be imported again.",
      devices:
        "The first line names the columns, site and key at least: an export has them all, and can be imported again.",
    },
    look: "See what it would do",
    exportAll: { sites: "Export all sites", devices: "Export all devices" },
    exportList: "Export this list as CSV",
    exportListWith: "with simulated devices",
    leftOut: (simulated: number) =>
      `An export leaves ${counted(simulated, { one: "simulated device", other: "simulated devices" })} out.`,
    exportWith: "Export with them",
    run: (number: number) => `Import ${records(number)}`,
    runWithout: (number: number, failing: number) =>
      `Import ${records(number)} without ${counted(failing, { one: "failing line", other: "failing lines" })}`,
    failingOnly: (number: number) => `Show only what fails (${count(number)})`,
    allLines: "Show all lines",
    passedOver: (names: string) => `Columns that nobody can change were passed over: ${names}.`,
    lines: (number: number) => lines(number),
    line: (number: number) => `Line ${count(number)}`,
    happens: "What would happen",
    record: "Record",
    details: "Details",
    actions: { create: "New", change: "Changed", unchanged: "As it is", fail: "Fails" },
    from: (before: string, after: string) => `${before} → ${after}`,
    none: "nothing",
    more: (number: number) => `and ${lines(number)} more`,
    empty: "Choose a file, or paste its text.",
  };
}

export type ImportWords = ReturnType<typeof imports>;
