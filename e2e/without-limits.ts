/** For a gateway at which one visitor asks what a thousand would. */
export const withoutLimits = Object.fromEntries(
  ['ADDRESS', 'ACTOR'].flatMap((whose) =>
    ['READS', 'WRITES', 'AUTH'].map((kind) => [`RATE_LIMIT_${whose}_${kind}`, '0'] as const),
  ),
)
