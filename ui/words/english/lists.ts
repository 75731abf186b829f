/** How lists are shown, and what can be done with a row of one. */
export function lists() {
  return {
    view: "View",
    rows: "Rows",
    roomy: "Roomy",
    dense: "Dense",
    columns: "Columns",
    apply: "Show so",
    sortBy: "Sort by",
    ascending: (label: string) => `${label}, ascending`,
    descending: (label: string) => `${label}, descending`,
    edit: (name: string) => `Edit ${name}`,
    devicesOf: (name: string) => `Devices of ${name}`,
    filterBy: (label: string, value: string) => `Only ${label}: ${value}`,
    filtersInForce: "Filters in force",
    removeFilter: (filter: string) => `Remove the filter ${filter}`,
    filter: (label: string, value: string) => `${label}: ${value}`,
  };
}

export type ListWords = ReturnType<typeof lists>;
