import type { SessionLogTargets, SessionType } from './session.ts'
import type { SessionInputs } from './session-document.ts'

/** Where a session's log is to go; undefined when nobody wants one. Session Manager logs no ports. */
export function logTargetsOf(inputs: SessionInputs, sessionType: SessionType): SessionLogTargets | undefined {
  const { s3BucketName: bucket, s3KeyPrefix: keyPrefix, cloudWatchLogGroupName: logGroup } = inputs
  if (sessionType === 'Port' || (bucket === '' && logGroup === '')) return undefined
  return { bucket, keyPrefix, logGroup }
}

/**
 * The preferences as the node is told them. Amazon's agent (session/shell) that is told of a bucket or a log group sends the
 * log there, and begins no session when it cannot ask whether the place is encrypted: neither is served. The node of an
 * encrypted session is told nevertheless: it begins only where our agent keeps the log (decision 15), and that agent refuses
 * it when it keeps none.
 */
export function toldInputs(inputs: SessionInputs, sessionType: SessionType): SessionInputs {
  if (inputs.kmsKeyId !== '' && sessionType !== 'Port') return inputs
  return { ...inputs, s3BucketName: '', s3KeyPrefix: '', cloudWatchLogGroupName: '', cloudWatchStreamingEnabled: false }
}

/** What the model allows a URL. */
const longestUrl = 2083

/**
 * Where AWS would have the log of a session: the console's pages (DescribeSessions reference, example 1, for S3;
 * for log groups the form of the console of CloudWatch). What would be longer than the model allows is left out.
 */
export function logUrls(
  { bucket, keyPrefix, logGroup }: SessionLogTargets,
  sessionId: string,
  region: string,
): { readonly S3OutputUrl?: string; readonly CloudWatchOutputUrl?: string } {
  const key = [...keyPrefix.split('/'), `${sessionId}.log`].filter((part) => part !== '')
  const path = key.map((part) => encodeURIComponent(part.toWellFormed())).join('/')
  const stream = encodeURIComponent(sessionId)
  const console = `https://${region}.console.aws.amazon.com`
  const S3OutputUrl = `${console}/s3/object/${bucket}/${path}`
  const CloudWatchOutputUrl = `${console}/cloudwatch/home?region=${region}#logEventViewer:group=${logGroup};stream=${stream}`
  return {
    ...(bucket === '' || S3OutputUrl.length > longestUrl ? {} : { S3OutputUrl }),
    ...(logGroup === '' || CloudWatchOutputUrl.length > longestUrl ? {} : { CloudWatchOutputUrl }),
  }
}
