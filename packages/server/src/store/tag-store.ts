import type { TaggedResource, Tags } from '../domain/tag.ts'

export interface TagStore {
  tagsOf(resource: TaggedResource): Promise<Tags>
  /** The tags of several resources of one type, by their ids; one without tags has none there. */
  tagsOfEach(type: TaggedResource['type'], ids: readonly string[]): Promise<ReadonlyMap<string, Tags>>
  /** Adds or overwrites, or changes nothing when there would be more than `limit`, or the resource is gone. */
  addTags(resource: TaggedResource, tags: Tags, limit: number): Promise<'added' | 'too-many' | 'gone'>
  removeTags(resource: TaggedResource, keys: readonly string[]): Promise<void>
}
