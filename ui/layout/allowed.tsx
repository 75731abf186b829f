import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Permission } from "../../protocol/accounts/permissions.ts";

/** What whoever reads the page may do; nothing before a log-in. */
export const Permissions = createContext<readonly Permission[]>([]);

/** Whether the reader may do that. The server asks again when they do it: this only spares them a refusal. */
export function useMay(): (permission: Permission) => boolean {
  const permissions = useContext(Permissions);
  return (permission) => permissions.includes(permission);
}

/** What leads to something is shown to those who may do it. */
export function Allowed({ to, children }: { to: Permission; children: ComponentChildren }) {
  return useMay()(to) ? <>{children}</> : null;
}
