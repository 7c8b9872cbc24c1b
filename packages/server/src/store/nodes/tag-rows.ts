import type { TaggedResource, Tags } from '../../domain/tag.ts'
import type { Row, Statement } from '../database.ts'
import { text } from '../row.ts'

/** Adds a tag or overwrites its value. Account and region are to be put before the parameters. */
export function tagStatement({ type, id }: TaggedResource, [key, value]: readonly [string, string]): Statement {
  const sql = `INSERT INTO tags (account, region, resource_type, resource_id, tag_key, tag_value)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account, region, resource_type, resource_id, tag_key) DO UPDATE SET tag_value = excluded.tag_value`
  return { sql, params: [type, id, key, value] }
}

/** By account, region, type of the resource and its id. */
export const selectTags = `SELECT tag_key, tag_value FROM tags
  WHERE account = $1 AND region = $2 AND resource_type = $3 AND resource_id = $4 ORDER BY tag_key`

/** How many resources one read asks for; a shorter list is filled up, so that there is one text. */
export const taggedBlock = 50

/** By account, region, type of the resources and `taggedBlock` ids. */
export const selectTagsOfBlock = `SELECT resource_id, tag_key, tag_value FROM tags
  WHERE account = $1 AND region = $2 AND resource_type = $3
    AND resource_id IN (${Array.from({ length: taggedBlock }, (_, index) => `$${index + 4}`).join(', ')})
  ORDER BY resource_id, tag_key`

/** The tags of one resource, out of its rows. */
export function tagsFrom(rows: readonly Row[]): Tags {
  return Object.fromEntries(rows.map((row) => [text(row, 'tag_key'), text(row, 'tag_value')]))
}
