/// <reference lib="webworker" />
/**
 * The service worker: keeps the shell so that the app opens without signal. It knows no secret and sees no data: what is asked
 * under /field/api/ goes past it, is never cached, and only a page with the key in memory can send what is queued.
 */

import { addPlugins, cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHED__: { url: string; revision: string | null }[];

/** Fired by Background Sync; not in the standard library's types. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

/** The shell is the same for everybody: without Vary, a phone that changes its language still finds it without signal. */
async function unvaried(response: Response): Promise<Response | null> {
  if (response.status !== 200) return null;
  const headers = new Headers(response.headers);
  headers.delete("Vary");
  headers.delete("Content-Encoding"); // the body is unpacked already
  return new Response(await response.blob(), { status: 200, headers });
}

addPlugins([{ cacheWillUpdate: ({ response }) => unvaried(response) }]);
precacheAndRoute(__PRECACHED__);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("/field/"), { allowlist: [/^\/field\/(?!api\/)/] }));

// The first version takes the page that installed it; a later one waits until the app says that nothing is half written.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "SKIP_WAITING") void self.skipWaiting();
});

/** Wakes the pages that are open; where none is, the attempt fails and the browser tries again later. */
async function wake(): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.length === 0) throw new Error("no page is open");
  for (const page of pages) page.postMessage({ type: "SYNC" });
}

self.addEventListener("sync" as "message", (event) => {
  if ((event as unknown as SyncEvent).tag === "queue") event.waitUntil(wake());
});
