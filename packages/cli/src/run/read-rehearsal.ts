/** What the server says would become of a command (decision 14). */
export interface Rehearsal {
  readonly wouldSucceed: boolean
  readonly refusal: string | undefined
  /** The first thousand. */
  readonly nodes: readonly RehearsedNode[]
  readonly moreNodes: number
  /** By outcome: Runs, Waits, AccessDenied, InvalidPlatform, Undeliverable, NotFound. */
  readonly counts: Readonly<Record<string, number>>
  readonly nodesAtOnce: number | undefined
  readonly stopsAtError: number | undefined
  /** What the tag of the caller's user or role says, and whose it is. */
  readonly confirmAbove: { readonly value: string; readonly setBy: string } | undefined
}

export interface RehearsedNode {
  readonly nodeId: string
  readonly outcome: string
  /** Which statement kept the caller out. */
  readonly denial: string | undefined
}

type Json = Readonly<Record<string, unknown>>

/** Reads the answer to a dry run; what is not there counts as nothing. */
export function readRehearsal(answer: unknown): Rehearsal {
  const { WouldSucceed, Refusal, Document, Nodes, MoreNodes, Counts, RateControl, ConfirmAbove } = object(answer)
  const { Code, Message } = object(Refusal)
  const { NodesAtOnce, StopsAtError } = object(RateControl)
  const { Value, SetBy } = object(ConfirmAbove)
  const ofDocument = denialText(object(Document)['Denial'])
  const refusal = Refusal === undefined ? undefined : `${Code}: ${Message}`
  return {
    wouldSucceed: WouldSucceed === true,
    refusal: refusal === undefined || ofDocument === undefined ? refusal : `${refusal}\n  The document: ${ofDocument}`,
    nodes: array(Nodes).map((node) => {
      const { InstanceId, Outcome, Denial } = object(node)
      return { nodeId: String(InstanceId), outcome: String(Outcome), denial: denialText(Denial) }
    }),
    moreNodes: Number(MoreNodes ?? 0),
    counts: Object.fromEntries(Object.entries(object(Counts)).map(([outcome, count]) => [outcome, Number(count)])),
    nodesAtOnce: NodesAtOnce === undefined ? undefined : Number(NodesAtOnce),
    stopsAtError: StopsAtError === undefined ? undefined : Number(StopsAtError),
    confirmAbove: Value === undefined ? undefined : { value: String(Value), setBy: String(SetBy) },
  }
}

function denialText(denial: unknown): string | undefined {
  if (denial === undefined) return undefined
  const { Effect, DeniedBy, Statements } = object(denial)
  const statements = array(Statements).map((statement) => {
    const { PolicyName, Index, Sid } = object(statement)
    return `${Sid === undefined ? `statement ${Number(Index) + 1}` : `statement "${Sid}"`} of ${PolicyName}`
  })
  const by = DeniedBy === undefined ? '' : ` (${DeniedBy})`
  if (Effect === 'ExplicitlyDenied') return `denied by ${statements.join(', ') || 'a policy'}${by}`
  const near = statements.length === 0 ? '' : `; the nearest is ${statements.join(', ')}`
  return `no policy allows it${by}${near}`
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
