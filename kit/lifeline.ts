/**
 * The launcher and whoever else starts Rialto as a child holds an IPC channel to it. The channel
 * breaks when the parent is gone, however it died: without it a killed parent would leave a shop
 * behind that nobody can stop from the terminal. `launch.mjs` loads this file into every program.
 */

let whenGone: () => void = () => process.kill(process.pid, 'SIGTERM')

/** Replaces what happens when the parent is gone; by default the process is asked to stop by SIGTERM. */
export function onParentGone(stop: () => void): void {
  whenGone = stop
}

if (process.channel) {
  process.once('disconnect', () => whenGone())
  // Listening makes Node wait for the channel; a program that has nothing left to do still ends.
  process.channel.unref()
}
