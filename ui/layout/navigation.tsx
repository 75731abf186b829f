import type { Me } from "../../protocol/accounts/account.ts";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import { Icon } from "../components/icon.tsx";
import type { IconName } from "../icons/icons.ts";
import { useWords } from "../words/use-words.ts";
import { useMay } from "./allowed.tsx";
import { Brand } from "./brand.tsx";
import type { Section } from "./frame.ts";

const LINKS = [
  { section: "overview", href: "/", icon: "layout-dashboard", needs: "site:read", keys: "g o" },
  { section: "sites", href: "/sites", icon: "store", needs: "site:read", keys: "g s" },
  { section: "devices", href: "/devices", icon: "cpu", needs: "device:read", keys: "g d" },
  { section: "jobs", href: "/jobs", icon: "list-checks", needs: "job:read", keys: "g j", railOnly: true },
  {
    section: "notifications",
    href: "/notifications",
    icon: "bell",
    needs: "notification:read",
    keys: "g n",
    railOnly: true,
  },
  { section: "gateways", href: "/gateways", icon: "router", needs: "gateway:read", keys: "g w" },
  {
    section: "simulation",
    href: "/simulation",
    icon: "flask-conical",
    needs: "device:read",
    keys: "g u",
    railOnly: true,
  },
] as const satisfies readonly {
  section: Section;
  href: string;
  icon: IconName;
  needs: Permission;
  keys: string;
  /** A phone has room for five; there it is in the account's menu. */
  railOnly?: boolean;
}[];

/** The rail on the left of wide screens; on medium ones only its icons are seen. */
export function Rail({ section, me }: { section: Section | null; me: Me }) {
  const { frame } = useWords();
  const may = useMay();
  return (
    <nav class="rail" aria-label={frame.main}>
      <Brand />
      <div class="rail-links">
        {LINKS.filter(({ needs }) => may(needs)).map(({ href, icon, ...link }) => (
          <a
            key={href}
            class="rail-link"
            href={href}
            title={frame.sections[link.section]}
            data-key={link.keys}
            aria-current={link.section === section ? "page" : undefined}
          >
            <Icon name={icon} large />
            <span>{frame.sections[link.section]}</span>
          </a>
        ))}
      </div>
      <div class="rail-foot">
        <a class="rail-link" href="/docs" hx-boost="false" title={frame.apiReference}>
          <Icon name="book-open" large />
          <span>{frame.apiReference}</span>
        </a>
        <button class="rail-link rail-account" type="button" popovertarget="account" title={frame.account}>
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
  const { frame } = useWords();
  const may = useMay();
  return (
    <nav class="tabs-bottom" aria-label={frame.mainBottom}>
      {LINKS.filter((link) => may(link.needs) && !("railOnly" in link)).map(({ href, icon, ...link }) => (
        <a key={href} href={href} aria-current={link.section === section ? "page" : undefined}>
          <Icon name={icon} large />
          {frame.sections[link.section]}
        </a>
      ))}
      <button type="button" popovertarget="account">
        <Icon name="circle-user" large />
        {frame.account}
      </button>
    </nav>
  );
}

export function initials(name: string): string {
  const [first = "", ...rest] = name.split(/[\s@.]+/).filter(Boolean);
  const last = name.includes("@") ? "" : (rest.at(-1) ?? "");
  return `${first.charAt(0)}${last.charAt(0)}`.toUpperCase();
}
