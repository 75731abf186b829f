import type { ComponentChildren } from "preact";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import { useMay } from "./allowed.tsx";

/** What one must be allowed to be shown the pages below an address. */
const NEEDS: readonly (readonly [path: string, permission: Permission])[] = [
  ["/sites", "site:read"],
  ["/devices", "device:read"],
  ["/gateways", "gateway:read"],
  ["/jobs", "job:read"],
];

/** The links of pages that some of their readers may not follow: to those they are text. */
export function PageLink(props: { href: string; class?: string; children: ComponentChildren }) {
  const { href, children, ...look } = props;
  return useMayOpen()(href) ? (
    <a href={href} {...look}>
      {children}
    </a>
  ) : (
    <span>{children}</span>
  );
}

/** Whether the reader is shown the page at an address of ours. */
export function useMayOpen(): (href: string) => boolean {
  const may = useMay();
  return (href) => NEEDS.every(([path, permission]) => !href.startsWith(path) || may(permission));
}
