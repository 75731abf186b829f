import type { Me } from "../../protocol/accounts/account.ts";
import { Icon } from "../components/icon.tsx";
import type { IconName } from "../icons/icons.ts";
import { Brand } from "./brand.tsx";
import type { Section } from "./frame.ts";

const LINKS: readonly { section: Section; label: string; href: string; icon: IconName }[] = [
  { section: "overview", label: "Overview", href: "/", icon: "layout-dashboard" },
  { section: "sites", label: "Sites", href: "/sites", icon: "store" },
  { section: "devices", label: "Devices", href: "/devices", icon: "cpu" },
  { section: "gateways", label: "Gateways", href: "/gateways", icon: "router" },
];

/** The rail on the left of wide screens; on medium ones only its icons are seen. */
export function Rail({ section, me }: { section: Section | null; me: Me }) {
  return (
    <nav class="rail" aria-label="Main">
      <Brand />
      <div class="rail-links">
        {LINKS.map(({ label, href, icon, ...link }) => (
          <a
            key={href}
            class="rail-link"
            href={href}
            title={label}
            aria-current={link.section === section ? "page" : undefined}
          >
            <Icon name={icon} large />
            <span>{label}</span>
          </a>
        ))}
      </div>
      <div class="rail-foot">
        <a class="rail-link" href="/docs" hx-boost="false" title="API reference">
          <Icon name="book-open" large />
          <span>API reference</span>
        </a>
        <button class="rail-link rail-account" type="button" popovertarget="account" title="Account">
          <span class="avatar" aria-hidden="true">
            {initials(me.user.name || me.user.email)}
          </span>
          <span class="who">
            <span>{me.user.name || me.user.email}</span>
            <small>{me.organization.name}</small>
          </span>
        </button>
      </div>
    </nav>
  );
}

/** The same links at the thumb's end of a phone. */
export function BottomBar({ section }: { section: Section | null }) {
  return (
    <nav class="tabs-bottom" aria-label="Main, at the bottom">
      {LINKS.map(({ label, href, icon, ...link }) => (
        <a key={href} href={href} aria-current={link.section === section ? "page" : undefined}>
          <Icon name={icon} large />
          {label}
        </a>
      ))}
      <button type="button" popovertarget="account">
        <Icon name="circle-user" large />
        Account
      </button>
    </nav>
  );
}

export function initials(name: string): string {
  const [first = "", ...rest] = name.split(/[\s@.]+/).filter(Boolean);
  const last = name.includes("@") ? "" : (rest.at(-1) ?? "");
  return `${first.charAt(0)}${last.charAt(0)}`.toUpperCase();
}
