import { THEME_COLOURS } from "../layout/theme-colours.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * The theme changes in place, and the server is told by the cookie it reads. `homepot:theme` tells the charts, whose
 * canvas does not follow style sheets.
 */
export function enhanceTheme(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    if (!form.matches("[data-theme-form]") || button === null) return;
    event.preventDefault();
    const theme = button.value;
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const bar of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
      const followed = bar.media.includes("dark") ? "dark" : "light";
      bar.content = THEME_COLOURS[theme === "light" || theme === "dark" ? theme : followed];
    }
    // As the server writes it (cloud/http/cookies.ts).
    const [host, secure] = location.protocol === "https:" ? ["__Host-", "; secure"] : ["", ""];
    // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser we support.
    document.cookie = `${host}theme=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
    for (const other of document.querySelectorAll<HTMLButtonElement>("[data-theme-form] [aria-pressed]")) {
      other.setAttribute("aria-pressed", other.value === theme ? "true" : "false");
    }
    document.dispatchEvent(new CustomEvent("homepot:theme"));
  });
}
