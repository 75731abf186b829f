import type { ListWords } from "../english/lists.ts";

export function lists(): ListWords {
  return {
    view: "Ansicht",
    rows: "Zeilen",
    roomy: "Luftig",
    dense: "Dicht",
    columns: "Spalten",
    apply: "So zeigen",
    sortBy: "Sortieren nach",
    ascending: (label) => `${label}, aufsteigend`,
    descending: (label) => `${label}, absteigend`,
    edit: (name) => `${name} bearbeiten`,
    devicesOf: (name) => `Geräte von ${name}`,
    filterBy: (label, value) => `Nur ${label}: ${value}`,
    filtersInForce: "Geltende Filter",
    removeFilter: (filter) => `Den Filter ${filter} entfernen`,
    filter: (label, value) => `${label}: ${value}`,
  };
}
