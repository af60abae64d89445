/**
 * Runs while somebody looks at the page, and anew each time they come back to it: a browser has few lines to a shop, and
 * pages in the background need none. What fails, or ends by itself, is not begun again.
 */
export function whileLooking(run: (signal: AbortSignal) => Promise<void>): void {
  let running: AbortController | undefined
  const follow = () => {
    if (document.hidden) {
      running?.abort()
      running = undefined
    } else if (!running) begin()
  }
  const begin = () => {
    const controller = new AbortController()
    running = controller
    const end = () => {
      if (!controller.signal.aborted) document.removeEventListener('visibilitychange', follow)
    }
    // Without live updates the page is as it was: one that can be loaded anew.
    run(controller.signal).then(end, end)
  }
  document.addEventListener('visibilitychange', follow)
  follow()
}
