/** A venue's addresses in ccxt, pointed to another server. */

const HOST = /^(?:http|ws)s?:\/\/[^/]+/;

/**
 * All addresses below another one: each keeps its path and whether it is of a WebSocket; whether by TLS is told by the
 * new one, which may speak of `http` or of `ws`.
 */
export function movedTo(url: string, addresses: unknown): unknown {
  const base = url.replace(/\/+$/, '');
  if (typeof addresses === 'string') {
    const isSocket = addresses.startsWith('ws');
    return addresses.replace(HOST, isSocket ? base.replace(/^http/, 'ws') : base.replace(/^ws/, 'http'));
  }
  if (typeof addresses !== 'object' || addresses === null) return addresses;
  return Object.fromEntries(Object.entries(addresses).map(([name, value]) => [name, movedTo(url, value)]));
}
