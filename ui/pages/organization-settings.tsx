import type { Permission } from "../../protocol/accounts/permissions.ts";
import { Icon } from "../components/icon.tsx";
import { Panel } from "../components/panel.tsx";
import type { IconName } from "../icons/icons.ts";
import { useMay } from "../layout/allowed.tsx";
import { useWords } from "../words/use-words.ts";

interface Place {
  href: string;
  icon: IconName;
  needs: Permission;
  title: string;
  text: string;
}

/** What is set for everybody in the organisation: the pages that one may see, each with what is found there. */
export function OrganizationSettings({ name }: { name: string }) {
  const { settings, configuration, platforms } = useWords();
  const may = useMay();
  const { about } = settings;
  const places: Place[] = [
    {
      ...{ href: "/settings/organization/name", icon: "pencil", needs: "organization:write" },
      ...{ title: settings.names.organization, text: about.name },
    },
    {
      ...{ href: "/settings/members", icon: "users", needs: "member:read" },
      ...{ title: settings.members, text: about.members },
    },
    {
      ...{ href: "/settings/roles", icon: "circle-user", needs: "member:read" },
      ...{ title: settings.roles, text: about.roles },
    },
    {
      ...{ href: "/settings/configuration", icon: "sliders-horizontal", needs: "device:read" },
      ...{ title: configuration.settings, text: about.configuration },
    },
    {
      ...{ href: "/settings/push", icon: "bell", needs: "notification:read" },
      ...{ title: platforms.settings, text: about.platforms },
    },
    {
      ...{ href: "/settings/telemetry", icon: "clock", needs: "organization:read" },
      ...{ title: settings.retention, text: about.retention },
    },
    {
      ...{ href: "/settings/audit", icon: "scroll-text", needs: "audit:read" },
      ...{ title: settings.auditLog, text: about.auditLog },
    },
  ];
  const seen = places.filter(({ needs }) => may(needs));
  if (seen.length === 0) return null;
  return (
    <Panel title={name} flush>
      <ul class="places">
        {seen.map(({ href, icon, title, text }) => (
          <li key={href}>
            <a class="place" href={href}>
              <Icon name={icon} large />
              <span>
                <strong>{title}</strong>
                <small>{text}</small>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
