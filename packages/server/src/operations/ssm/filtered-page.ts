import type { Page, PageRequest } from '../../domain/page.ts'

/**
 * Rows that one call looks at when most of them are not wanted; then it answers what it has, and a token to go on. So many
 * take some 8 ms, in which nobody else is served.
 */
const mostLooked = 500

/** A page of what is wanted among what `list` answers, whose place of any item is `placeOf`. */
export async function filteredPage<Item>(
  request: PageRequest,
  list: (page: PageRequest) => Promise<Page<Item>>,
  isWanted: ((item: Item) => boolean) | undefined,
): Promise<Page<Item>> {
  if (!isWanted) return await list(request)
  const items: Item[] = []
  let { after } = request
  for (let looked = 0; looked < mostLooked; looked += request.limit) {
    // Never more than still fit, so that the page's own place is the place to go on from.
    const page: Page<Item> = await list({ limit: request.limit - items.length, after })
    items.push(...page.items.filter(isWanted))
    after = page.next
    if (after === undefined || items.length === request.limit) break
  }
  return { items, next: after }
}
