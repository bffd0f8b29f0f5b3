/** What the link in a mail carries in its fragment, which no browser sends to a server. */
export interface ConfirmationLink {
  token?: string | undefined;
  /** the address that is being confirmed */
  address?: string | undefined;
  purpose?: string | undefined;
}

/**
 * Reads the fragment and erases it at once: it must not stay where the back button leads, in a
 * bookmark, or in what an extension or a screen share shows. What a browser has written down of its
 * visits no page can erase. Any other fragment is left alone: a skip link sets one.
 */
export function takeLink(): ConfirmationLink | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (!fragment.get('token')) return undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  const part = (name: string) => fragment.get(name) || undefined;
  return { token: part('token'), address: part('address'), purpose: part('purpose') };
}
