/** Tag keys are case-sensitive when stored and compared in Targets; IAM condition keys are not. */
export type Tags = Readonly<Record<string, string>>

/**
 * A resource that carries tags, in the words of AddTagsToResource's ResourceType; `Key` is KMS's, `ResourceGroup` that of
 * resource groups, whose id is the name. The id of
 * a parameter is its name without the leading slash.
 */
export interface TaggedResource {
  readonly type: 'ManagedInstance' | 'Document' | 'Parameter' | 'Key' | 'ResourceGroup'
  readonly id: string
}

/** On one resource (AddTagsToResource reference). */
export const tagsPerResource = 50

/** Keys that begin so belong to AWS, in whatever case (tagging user guide). */
export function isReservedTagKey(key: string): boolean {
  return key.slice(0, 'aws:'.length).toLowerCase() === 'aws:'
}
