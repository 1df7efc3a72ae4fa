/** Nobody gets to the exchange by a name that somebody else has pointed at this machine. */

export function isLocalHost(host: string | undefined): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host ?? '');
}
