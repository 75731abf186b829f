import { expect, test } from "bun:test";
import { readFilterAddress } from "./filter-address.ts";

test("filters are read out of the address of the list, without what pages and sorts it", () => {
  const filters = { type: "kiosk", q: "bar & grill" };
  const search = new URLSearchParams({ ...filters, sort: "name", cursor: "x", limit: "5", after: "5" });
  for (const origin of ["", "https://homepot.example"])
    expect(readFilterAddress(`${origin}/devices?${search}`)).toEqual(filters);
  expect(readFilterAddress("/devices")).toEqual({});
});

test.each(["kiosk", "devices of York", "/sites?q=york", "https://", ""])(
  "%p names no list of devices, and not all devices either",
  (address) => {
    expect(readFilterAddress(address)).toBe(address);
  },
);
