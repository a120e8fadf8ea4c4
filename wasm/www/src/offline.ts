// Has a service worker keep the page's files, so that it opens without a network.

/** Not while developing, when files change under it. Without a secure context there are no service workers. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // A page that can't have one works all the same, only not offline.
  navigator.serviceWorker.register('./sw.js', { type: 'module' }).catch(() => {});
}
