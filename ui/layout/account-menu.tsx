import type { Me } from "../../protocol/accounts/account.ts";
import { type Permission, ROLE_PERMISSIONS } from "../../protocol/accounts/permissions.ts";
import { Icon } from "../components/icon.tsx";
import type { IconName } from "../icons/icons.ts";
import { capital } from "../words/words.ts";
import type { Theme } from "./frame.ts";

const THEMES: readonly { theme: Theme; label: string; icon: IconName }[] = [
  { theme: "system", label: "Auto", icon: "sun-moon" },
  { theme: "light", label: "Light", icon: "sun" },
  { theme: "dark", label: "Dark", icon: "moon" },
];

/** Who is logged in, the theme, and the way out. A native popover: it works without script. */
export function AccountMenu({ me, theme, url }: { me: Me; theme: Theme; url: string }) {
  const may = (permission: Permission): boolean => ROLE_PERMISSIONS[me.role].includes(permission);
  return (
    <aside class="popover" id="account" popover="auto" aria-label="Account">
      <span class="popover-label">
        {me.user.email}
        <br />
        {capital(me.role)} of {me.organization.name}
      </span>
      <hr />
      <ThemeSwitch theme={theme} next={url} />
      <hr />
      <a class="button quiet wide" href="/settings">
        <Icon name="circle-user" />
        Your account
      </a>
      {may("member:read") ? (
        <a class="button quiet wide" href="/settings/members">
          <Icon name="users" />
          Members
        </a>
      ) : null}
      {may("audit:read") ? (
        <a class="button quiet wide" href="/settings/audit">
          <Icon name="scroll-text" />
          Audit log
        </a>
      ) : null}
      <form method="post" action="/logout" hx-boost="false">
        <button class="button quiet wide" type="submit">
          <Icon name="log-out" />
          Log out
        </button>
      </form>
    </aside>
  );
}

/** Three buttons of a form; where script runs, it changes the theme in place instead of loading the page again. */
export function ThemeSwitch({ theme, next }: { theme: Theme; next: string }) {
  return (
    <form method="post" action="/theme" hx-boost="false" data-theme-form="">
      <input type="hidden" name="next" value={next} />
      <span class="popover-label" id="theme-label">
        Theme
      </span>
      <fieldset class="segmented wide" aria-labelledby="theme-label">
        {THEMES.map((choice) => (
          <button
            key={choice.theme}
            type="submit"
            name="theme"
            value={choice.theme}
            aria-pressed={choice.theme === theme ? "true" : "false"}
          >
            <Icon name={choice.icon} />
            {choice.label}
          </button>
        ))}
      </fieldset>
    </form>
  );
}
