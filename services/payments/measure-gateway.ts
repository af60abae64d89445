import { histogram } from '@rialto/kit/metrics'
import { inSpan } from '@rialto/kit/trace'

/** What a gateway is asked for. */
export type Question = 'authorize' | 'capture' | 'void' | 'refund' | 'status'

const seconds = histogram('rialto_payment_gateway_duration_seconds', 'Questions to payment gateways', [
  'request',
  'outcome',
])

/** No answer in time is told as `unknown`: nobody knows what became of it. */
export function measureGateway<Answer extends { kind: string }>(
  request: Question,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const name = `payment gateway ${request}`
  return inSpan({ name, kind: 'client', service: 'payments' }, async (span) => {
    const startedMs = performance.now()
    const answer = await ask()
    const outcome = answer.kind === 'unknown' ? 'unknown' : 'ok'
    seconds(request, outcome).record((performance.now() - startedMs) / 1_000)
    span?.set({ 'rialto.payment.standing': answer.kind })
    return answer
  })
}
