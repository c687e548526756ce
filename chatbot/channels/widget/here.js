/** The page the reader is on. */

/** Its address, without what may be private to the reader. */
export function address(host) {
  return (host.option("page") || location.origin + location.pathname).slice(0, 2000);
}

/** Calls back when the address changes without a load, as far as the browser tells. */
export function onNavigation(callback, signal) {
  window.navigation?.addEventListener("currententrychange", callback, { signal });
  addEventListener("popstate", callback, { signal });
}

/** Where a link opens: in this tab, or in another one. */
export function target(host, href) {
  const wanted = host.option("links");
  const same = wanted ? wanted !== "new" : new URL(href).origin === location.origin;
  return same ? "_self" : "_blank";
}

/** Whether a link leads into the very page. */
export function samePage(href) {
  const url = new URL(href);
  return url.origin + url.pathname + url.search === location.origin + location.pathname + location.search;
}
