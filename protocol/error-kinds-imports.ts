/** The part of the catalogue (`error-kinds.ts`) that is about files people bring. */
export const IMPORT_ERRORS = {
  "csv.invalid": {
    status: 400,
    title: "The file cannot be read as CSV",
    hint: "Save it as CSV in UTF-8, its first line the names of the columns; docs/csv.md lists them.",
    retryable: false,
  },
  "import.failing": {
    status: 422,
    title: "Some lines cannot be imported",
    hint: "Nothing was imported. Correct the lines listed under errors, or send skip-failing=true to leave them out.",
    retryable: false,
  },
  "import.changed": {
    status: 412,
    title: "The import would no longer do what was previewed",
    hint: "Nothing was imported: somebody changed a record meanwhile, or the file is another. Preview it again, then import.",
    retryable: false,
  },
} as const;
