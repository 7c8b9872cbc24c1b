import type { GetCredentialReportResponse } from '@fairlead/wire/model/generated/iam'
import { reportGoodForMs } from '../../domain/credential-report.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

/** GetCredentialReport: the report that was last made, while it is good. */
export const getCredentialReport: Operation<Readonly<Record<string, never>>, GetCredentialReportResponse> = {
  service: 'iam',
  name: 'GetCredentialReport',
  action: 'iam:GetCredentialReport',

  resources: () => [{ resource: '*' }],

  async handle(_input, { store, now }) {
    const report = await store.identities.credentials.findReport()
    if (report === undefined) throw new ServiceError('ReportNotPresent', 'There is no credential report. Generate one.')
    if (now().getTime() - report.generatedAt.getTime() >= reportGoodForMs) {
      throw new ServiceError('ReportExpired', 'The credential report is older than four hours. Generate a new one.')
    }
    return { Content: Buffer.from(report.content), ReportFormat: 'text/csv', GeneratedTime: report.generatedAt }
  },
}
