/** The reader's time zone as their browser told it in a `Cookie` header; null when it did not, or when there is none such. */
export function zoneOf(cookieHeader: string | null | undefined): string | null {
  const zone = /(?:^|;\s*)zone=([\w/+-]{1,64})(?:;|$)/.exec(cookieHeader ?? "")?.[1];
  return zone !== undefined && isZone(zone) ? zone : null;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
