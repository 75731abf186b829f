interface HtmxRequest {
  ctx?: { request: { method: string; action: string }; target?: Element };
}

/**
 * Keeps the service worker of the newest version at work. Once a newer one took over, this document is of an older
 * version: the next change of page loads a whole document, so that no old script runs in new pages.
 * Gives what asks whether there is a newer version. Over plain http browsers have no service workers.
 */
export function enhanceInstalled(): () => void {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) return () => {};
  let outdated = false;
  let knew = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    outdated ||= knew;
    knew = true;
  });
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = (event as CustomEvent<HtmxRequest>).detail;
    if (!outdated || ctx?.request.method !== "GET" || ctx.target !== document.body) return;
    event.preventDefault();
    location.assign(ctx.request.action);
  });
  const registered = container.register("/service-worker.js", { updateViaCache: "none" }).catch(() => null);
  return () => void registered.then((registration) => registration?.update()).catch(() => {});
}
