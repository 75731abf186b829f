import type { Me } from "../../protocol/accounts/account.ts";
import { Icon } from "../components/icon.tsx";
import type { IconName } from "../icons/icons.ts";
import { roleTitle } from "../words/roles.ts";
import { useWords } from "../words/use-words.ts";
import { Allowed } from "./allowed.tsx";
import type { Theme } from "./frame.ts";
import { LanguageChoice } from "./language-choice.tsx";

const THEMES: readonly { theme: Theme; icon: IconName }[] = [
  { theme: "system", icon: "sun-moon" },
  { theme: "light", icon: "sun" },
  { theme: "dark", icon: "moon" },
];

/** Who is logged in, the theme, and the way out. A native popover: it works without script. */
export function AccountMenu({ me, theme, url }: { me: Me; theme: Theme; url: string }) {
  const words = useWords();
  const { frame } = words;
  return (
    <aside class="popover" id="account" popover="auto" aria-label={frame.account}>
      <span class="popover-label">
        {me.user.email}
        <br />
        {frame.roleIn(roleTitle(words, me), me.organization.name)}
      </span>
      <hr />
      <ThemeSwitch theme={theme} next={url} />
      <LanguageChoice labelId="menu-language" next={url} />
      <hr />
      <a class="button quiet wide" href="/settings" data-key="g a">
        <Icon name="circle-user" />
        {frame.yourAccount}
      </a>
      <Allowed to="job:read">
        <a class="button quiet wide phone-only" href="/jobs">
          <Icon name="list-checks" />
          {frame.sections.jobs}
        </a>
      </Allowed>
      <Allowed to="notification:read">
        <a class="button quiet wide phone-only" href="/notifications/history">
          <Icon name="bell" />
          {frame.sections.notifications}
        </a>
      </Allowed>
      <Allowed to="device:read">
        <a class="button quiet wide phone-only" href="/simulation">
          <Icon name="flask-conical" />
          {frame.sections.simulation}
        </a>
      </Allowed>
      <Allowed to="member:read">
        <a class="button quiet wide" href="/settings/members" data-key="g m">
          <Icon name="users" />
          {frame.members}
        </a>
      </Allowed>
      <Allowed to="audit:read">
        <a class="button quiet wide" href="/settings/audit" data-key="g l">
          <Icon name="scroll-text" />
          {frame.auditLog}
        </a>
      </Allowed>
      <a class="button quiet wide" href="/settings/shortcuts" data-key="?">
        <Icon name="keyboard" />
        {words.shortcuts.title}
      </a>
      <Allowed to="site:read">
        <a class="button quiet wide" href="/?tour" hx-boost="false">
          <Icon name="info" />
          {words.tour.again}
        </a>
      </Allowed>
      <form method="post" action="/logout" hx-boost="false">
        <button class="button quiet wide" type="submit">
          <Icon name="log-out" />
          {frame.logOut}
        </button>
      </form>
    </aside>
  );
}

/** Three buttons of a form; where script runs, it changes the theme in place instead of loading the page again. */
export function ThemeSwitch({ theme, next }: { theme: Theme; next: string }) {
  const { frame } = useWords();
  return (
    <form method="post" action="/theme" hx-boost="false" data-theme-form="">
      <input type="hidden" name="next" value={next} />
      <span class="popover-label" id="theme-label">
        {frame.theme}
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
            {frame.themes[choice.theme]}
          </button>
        ))}
      </fieldset>
    </form>
  );
}
