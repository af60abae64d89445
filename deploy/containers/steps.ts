/** Does one step after the other, and says how long each took. */
export async function step<Result>(what: string, work: () => Promise<Result> | Result): Promise<Result> {
  const began = performance.now()
  process.stdout.write(`${what} …`)
  try {
    const result = await work()
    process.stdout.write(` ${secondsSince(began)} s\n`)
    return result
  } catch (error) {
    process.stdout.write(` failed after ${secondsSince(began)} s\n`)
    throw error
  }
}

function secondsSince(began: number): string {
  return ((performance.now() - began) / 1_000).toFixed(1)
}
