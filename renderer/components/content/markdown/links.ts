/** Where a message may lead. */

/**
 * The address as a link may have it, or undefined where it must stay text: nothing but web and mail addresses, whole
 * ones, without a name and password that would make another host look like this one.
 */
export function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol === 'mailto:') return url.href
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  return url.username || url.password ? undefined : url.href
}
