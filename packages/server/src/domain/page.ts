/** A page of a listing. `next` is the key after which the following page begins; absent on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next?: string | undefined
}

export interface PageRequest {
  readonly limit: number
  /** The `next` of the page before. */
  readonly after?: string | undefined
}
