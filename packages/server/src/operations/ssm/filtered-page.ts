import type { Page, PageRequest } from '../../domain/page.ts'

/**
 * Rows that one call looks at when most of them are not wanted; then it answers what it has, and a token to go on. So many
 * take some 4 ms, in which nobody else is served.
 */
const mostLooked = 250

/** Rows that are read together once it shows that not all of them are wanted, whatever small page was asked for. */
const readTogether = 50

/** A page of what is wanted among what `list` answers. */
export async function filteredPage<Item>(
  request: PageRequest,
  list: (page: PageRequest) => Promise<Page<Item>>,
  isWanted: ((item: Item) => boolean) | undefined,
): Promise<Page<Item>> {
  if (!isWanted) return await list(request)
  const items: Item[] = []
  let { after } = request
  let size = request.limit
  for (let looked = 0; looked < mostLooked; looked += size) {
    if (looked > 0) size = Math.max(request.limit - items.length, readTogether)
    const page = await upTo(request.limit - items.length, { limit: size, after }, list, isWanted)
    items.push(...page.items.filter(isWanted))
    after = page.next
    if (after === undefined || items.length >= request.limit) break
  }
  return { items, next: after }
}

/**
 * A page with `most` that are wanted at most. Where it has more, it is read again up to there, for the place to go on from;
 * and once more when a row has gone meanwhile, so that others have moved up.
 */
async function upTo<Item>(
  most: number,
  request: PageRequest,
  list: (page: PageRequest) => Promise<Page<Item>>,
  isWanted: (item: Item) => boolean,
): Promise<Page<Item>> {
  let page = await list(request)
  for (;;) {
    const size = sizeUpTo(most, page.items, isWanted)
    if (size === page.items.length) return page
    page = await list({ ...request, limit: size })
  }
}

/** How many of them there are up to the last that has room. */
function sizeUpTo<Item>(most: number, items: readonly Item[], isWanted: (item: Item) => boolean): number {
  let wanted = 0
  for (const [index, item] of items.entries()) {
    if (isWanted(item)) wanted++
    if (wanted === most) return index + 1
  }
  return items.length
}
