import type { DescribeDocumentRequest, DescribeDocumentResult } from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { describeDocument as describe } from './described-document.ts'
import { documentCheck, findShownDocument } from './find-document.ts'
import { describeTags } from './tags.ts'

/** DescribeDocument: what is known of a document but its content. */
export const describeDocument: Operation<DescribeDocumentRequest, DescribeDocumentResult> = {
  service: 'ssm',
  name: 'DescribeDocument',
  action: 'ssm:DescribeDocument',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle(input, context) {
    const shown = await findShownDocument(input.Name, input, context)
    const tags = await context.store.tags.tagsOf({ type: 'Document', id: shown.name })
    return { Document: { ...describe(shown), Tags: describeTags(tags) } }
  },
}
