/**
 * Keeps the service worker of the newest version at work. Once a newer one took over, this document is of an older
 * version, and `outdated` is told, so that no old script runs in new pages.
 * Gives what asks whether there is a newer version. Over plain http browsers have no service workers.
 */
export function enhanceInstalled(outdated: () => void): () => void {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) return () => {};
  let knew = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (knew) outdated();
    knew = true;
  });
  const registered = container.register("/service-worker.js", { updateViaCache: "none" }).catch(() => null);
  return () => void registered.then((registration) => registration?.update()).catch(() => {});
}
