/** The service worker, and how a new version takes over: when the worker says so, and never while a form is half written. */

import type { Core } from "./core";

const HOURLY = 60 * 60_000;

let registration: ServiceWorkerRegistration | null = null;
let reloadLater = false;

export async function register(core: Core, onWake: () => void): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const hadOne = serviceWorker.controller !== null;
  let first = !hadOne;
  serviceWorker.addEventListener("controllerchange", () => {
    if (first) first = false; // the very first version takes the page that installed it: nothing to reload
    else if (core.writing) reloadLater = true;
    else location.reload();
  });
  serviceWorker.addEventListener("message", (event) => {
    if ((event.data as { type?: string } | null)?.type === "SYNC") onWake();
  });
  registration = await serviceWorker.register("/field/sw.js", { scope: "/field/", updateViaCache: "none" }).catch(() => null);
  if (!registration) return;
  const look = () => {
    if (registration?.waiting && serviceWorker.controller && !core.updateWaits) {
      core.updateWaits = true;
      core.changed();
    }
  };
  look();
  registration.addEventListener("updatefound", () => registration?.installing?.addEventListener("statechange", look));
  setInterval(() => void registration?.update().catch(() => undefined), HOURLY);
}

/** Whether the new version now takes over; the page is then loaded anew. */
export function applyUpdate(core: Core): boolean {
  if (core.writing || !registration?.waiting) return false;
  registration.waiting.postMessage({ type: "SKIP_WAITING" });
  return true;
}

/** A form was opened or closed on the screen. */
export function writing(core: Core, open: boolean): void {
  core.writing = open;
  if (!open && reloadLater) location.reload();
}
