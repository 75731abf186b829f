const ANY_ORIGIN = "http://list.invalid";
const PAGING = ["cursor", "after", "limit", "sort"];

/**
 * The filters in the address of the list of devices, with or without its origin, for who checks them; the text itself where it is no
 * such address: what somebody mistyped must not mean all devices.
 */
export function readFilterAddress(address: string): Record<string, string> | string {
  const url = URL.parse(address, ANY_ORIGIN);
  if (url?.pathname !== "/devices") return address;
  return Object.fromEntries([...url.searchParams].filter(([name]) => !PAGING.includes(name)));
}
