/** What the link in a mail carries in its fragment, which no browser sends to a server. */
export interface ConfirmationLink {
  token?: string;
  /** the address that is being confirmed */
  address?: string;
  purpose?: string;
}

/**
 * Reads the fragment and erases it at once: it must not stay in the history, in a bookmark, or in
 * what an extension or a screen share shows.
 */
export function takeLink(): ConfirmationLink {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(history.state, '', location.pathname + location.search);
  const part = (name: string) => fragment.get(name) || undefined;
  const [token, address, purpose] = [part('token'), part('address'), part('purpose')];
  return { ...(token && { token }), ...(address && { address }), ...(purpose && { purpose }) };
}
