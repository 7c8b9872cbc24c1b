import type { TaggedResource, Tags } from '../domain/tag.ts'

export interface TagStore {
  tagsOf(resource: TaggedResource): Promise<Tags>
  /** Adds or overwrites, or changes nothing and answers 'too-many' when there would be more than `limit`. */
  addTags(resource: TaggedResource, tags: Tags, limit: number): Promise<'added' | 'too-many'>
  removeTags(resource: TaggedResource, keys: readonly string[]): Promise<void>
}
