import type { Firmware } from "../../protocol/firmware/firmware.ts";
import { firmwareListPage, firmwareUploadPage, type LocalView } from "../ui.ts";
import type { Estate } from "./fixtures.ts";

const page = <Item>(items: Item[]) => ({ items, nextCursor: null, total: items.length });
const fine = { errors: [], problem: null };
const empty = { name: "", version: "", deviceType: "", sha256: "" };

/** What made-up firmware shows besides the made-up estate. */
export const FIRMWARE_DATA = {
  names: ["terminal", "boot", "kiosk", "Night rollout", "Till pilot", "Ann", "Acme firmware"],
  versions: ["8.1.0", "8.0.4", "1.0", "2.7.1", "30 MiB", "28.7 MiB", "4.2 MiB"],
};

/** The pages about firmware. */
export function firmwareViews({ sites }: Estate): Record<string, LocalView> {
  const make = (number: number, more: Partial<Firmware>): Firmware => ({
    id: `${sites[0]!.id.slice(0, -2)}${number + 10}`,
    ...{ name: "terminal", version: "8.1.0", deviceType: "payment-terminal", sizeBytes: 31_457_280 },
    sha256: "4f5a90c1".repeat(8),
    ...{ openJobs: 0, jobs: [], devices: 0, createdAt: "2026-11-20T09:00:00.000Z" },
    createdBy: { id: "u1", name: "Ann" },
    ...more,
  });
  const job = (number: number, name: string) => ({ id: `${sites[0]!.id.slice(0, -2)}${number + 30}`, name });
  const all = [
    make(0, { openJobs: 7, jobs: [job(0, "Night rollout"), job(1, "Till pilot")], devices: 3 }),
    make(1, { version: "8.0.4", devices: 412, sizeBytes: 30_100_000 }),
    make(2, { name: "boot", version: "1.0", deviceType: null, sizeBytes: 812, devices: 1 }),
    make(3, {
      name: "kiosk",
      version: "2.7.1",
      deviceType: "kiosk",
      sizeBytes: 4_404_019,
      openJobs: 1,
      jobs: [job(2, "Till pilot")],
    }),
  ];
  const types = ["kiosk", "payment-terminal"];
  const list = { query: { limit: 50 }, after: 0, types };
  const form = { types, maxBytes: 268_435_456 };
  const typed = { ...empty, name: "terminal", version: "8.1.0" };
  return {
    firmware: firmwareListPage({ ...list, firmware: { ...page(all), nextCursor: "n", total: 60 } }),
    "firmware, none": firmwareListPage({ ...list, firmware: page([]) }),
    "firmware, not found": firmwareListPage({
      ...list,
      firmware: page([]),
      query: { limit: 50, q: "zzz", deviceType: "kiosk", sort: "name" },
    }),
    "firmware upload": firmwareUploadPage({ ...form, values: empty, ...fine }),
    "firmware upload, refused": firmwareUploadPage({
      ...form,
      values: typed,
      errors: [
        { path: "version", message: "is taken by another firmware of this name" },
        { path: "file", message: "must have at most 256 MiB" },
      ],
      problem: null,
    }),
    "firmware upload, failed": firmwareUploadPage({
      ...form,
      values: typed,
      errors: [],
      problem: { title: "It did not work", text: "Try again.", code: "internal.error" },
    }),
  };
}
