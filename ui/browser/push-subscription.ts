import type { Standing } from "../pages/notifications/this-browser.tsx";
import { postSubscription, presentKey, subscribeBody } from "../service-worker/subscription.ts";
import type { Say } from "./messages.ts";

/**
 * On the page of one's own browsers and apps: how this browser stands, and the button that subscribes it. Which of the
 * registered ones is this one, the browser itself keeps: an id, which a log-out deletes with everything else.
 */
export function enhancePushSubscription(parts: { say: Say; changed(): void }): { adopt(): void } {
  const adopt = () => {
    const panel = document.querySelector<HTMLElement>("[data-push]");
    if (panel === null) return;
    markOwnRow(panel);
    const stands = panel.querySelector<HTMLElement>("[data-standing][data-on]")?.dataset.standing;
    // The list came anew, and why it failed is still to be read.
    if (stands === "failed") return;
    if (stands === undefined) show(panel, "looking");
    standingOf(panel).then((standing) => show(panel, standing), reportError);
  };
  document.addEventListener("click", ({ target }) => {
    const button = (target as Element | null)?.closest<HTMLButtonElement>("[data-push-subscribe]");
    const panel = button?.closest<HTMLElement>("[data-push]");
    if (button == null || panel == null || button.disabled) return;
    button.disabled = true;
    subscribe(panel, parts)
      .catch((error: Error) => fail(panel, error.message))
      .finally(() => {
        button.disabled = false;
      });
  });
  document.addEventListener("submit", ({ target }) => leave(target as HTMLFormElement));
  return { adopt };
}

const keyOf = (organizationId: string) => `push:${organizationId}`;

function rowOf(panel: HTMLElement): HTMLElement | null {
  const id = localStorage.getItem(keyOf(panel.dataset.push ?? ""));
  return id === null ? null : document.querySelector<HTMLElement>(`[data-endpoint="${CSS.escape(id)}"]`);
}

function markOwnRow(panel: HTMLElement): void {
  const badge = rowOf(panel)?.querySelector<HTMLElement>("[data-this-browser]");
  if (badge != null) badge.hidden = false;
}

async function standingOf(panel: HTMLElement): Promise<Standing> {
  if (!window.isSecureContext) return "insecure";
  const isApplePhone =
    /iPhone|iPad/.test(navigator.userAgent) && !matchMedia("(display-mode: standalone)").matches;
  if (!hasPush()) return isApplePhone ? "install" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const registration = await atWork();
  if (registration === null) return "unsupported";
  const subscription = await registration.pushManager.getSubscription();
  return subscription !== null && rowOf(panel)?.dataset.works !== undefined ? "on" : "off";
}

/** A private window may have neither, and so may a page of an iPhone that is no app. */
function hasPush(): boolean {
  return Reflect.has(window, "PushManager") && Reflect.has(window, "Notification");
}

/** The service worker, once it can take messages; null where there can be none. */
async function atWork(): Promise<ServiceWorkerRegistration | null> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) return null;
  const registered = await container
    .register("/service-worker.js", { updateViaCache: "none" })
    .catch(() => null);
  return registered === null ? null : container.ready;
}

async function subscribe(panel: HTMLElement, { say, changed }: { say: Say; changed(): void }): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") {
    show(panel, await standingOf(panel));
    return;
  }
  const registration = await atWork();
  if (registration === null) return show(panel, "unsupported");
  const { pushManager } = registration;
  const options = { userVisibleOnly: true, applicationServerKey: await presentKey(fetch) };
  const before = await pushManager.getSubscription();
  const label = panel.dataset.label ?? "";
  let answer = await postSubscription(
    fetch,
    subscribeBody(before ?? (await pushManager.subscribe(options)), { label }),
  );
  if (!answer.ok && before !== null) {
    // It subscribed with a key that is gone: with the present one it is another subscription.
    await before.unsubscribe();
    const body = subscribeBody(await pushManager.subscribe(options), { label, replaces: before.endpoint });
    answer = await postSubscription(fetch, body);
  }
  const told = (await answer.json()) as { id?: string; detail?: string; title?: string };
  if (!answer.ok || told.id === undefined)
    throw new Error(told.detail ?? told.title ?? String(answer.status));
  localStorage.setItem(keyOf(panel.dataset.push ?? ""), told.id);
  show(panel, "on");
  say({ text: panel.dataset.subscribed ?? "", tone: "ok" });
  changed();
}

/** Who removes this browser from the list takes it from the push service too, where no other organisation has it. */
function leave(form: HTMLFormElement): void {
  const panel = document.querySelector<HTMLElement>("[data-push]");
  const id = /^\/settings\/notifications\/([\w-]+)\/remove$/.exec(form.getAttribute("action") ?? "")?.[1];
  if (panel === null || id === undefined) return;
  const key = keyOf(panel.dataset.push ?? "");
  if (localStorage.getItem(key) !== id) return;
  localStorage.removeItem(key);
  if (Object.keys(localStorage).some((other) => other.startsWith("push:"))) return;
  navigator.serviceWorker.ready
    .then(({ pushManager }) => pushManager.getSubscription())
    .then((subscription) => subscription?.unsubscribe())
    .catch(reportError);
}

function fail(panel: HTMLElement, reason: string): void {
  const place = panel.querySelector("[data-push-reason]");
  if (place !== null) place.textContent = reason;
  show(panel, "failed");
}

function show(panel: HTMLElement, standing: Standing): void {
  for (const one of panel.querySelectorAll<HTMLElement>("[data-standing]"))
    one.toggleAttribute("data-on", one.dataset.standing === standing);
}
