import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
const macApps = ['Chromium', 'Google Chrome', 'Microsoft Edge']
const windowsPrograms = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe']

/** How to get what `findChromium` did not find. */
export const withoutChromium =
  'needs Chromium or Chrome: apt install chromium, or give the path of one in CHROMIUM_PATH'

/** The program of a Chromium or a browser made from it: the one that was named, else where it usually is. */
export function findChromium(
  env: Readonly<Record<string, string | undefined>> = process.env,
  exists: (path: string) => boolean = existsSync,
): string | undefined {
  if (env.CHROMIUM_PATH) return exists(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined
  return usualPlaces(env).find(exists)
}

function usualPlaces(env: Readonly<Record<string, string | undefined>>): string[] {
  const onPath = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const onMac = ['/Applications', join(homedir(), 'Applications')]
  const onWindows = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
  return [
    ...names.flatMap((name) => onPath.map((folder) => join(folder, name))),
    ...macApps.flatMap((app) => onMac.map((folder) => join(folder, `${app}.app/Contents/MacOS/${app}`))),
    ...windowsPrograms.flatMap((program) =>
      onWindows.flatMap((folder) => (folder ? [join(folder, program)] : [])),
    ),
  ]
}
