// Keeps one page for when the portal can't be reached, and nothing else: no page with data, nothing of anyone's.
const KEPT = "offline-VERSION";
const FILES = ["/offline", "/offline.js", "/look.js", "/carelane.css", "/mark.svg"];

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function tidy() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  // Pages are asked for while this worker still wakes, so that it slows none of them down.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(event));
  // What the kept page wears. All other requests go their way as if there were no worker.
  else if (FILES.includes(new URL(request.url).pathname)) event.respondWith(fetch(request).catch(() => caches.match(request)));
});

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return caches.match("/offline");
  }
}
