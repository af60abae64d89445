import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

// Prints which packages are installed here, as CycloneDX. npm writes the list of all that the lock file names, as
// its --omit drops what is needed twice; what is not installed is taken out of it. The same packages give the same
// text: there is no time in it, and no random number.

interface Component {
  readonly 'bom-ref': string
  readonly purl?: string
}

interface Bill {
  serialNumber?: string
  metadata: { timestamp?: string; component: { name: string } }
  components: readonly Component[]
  dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

interface Installed {
  readonly version?: string
  readonly link?: boolean
  readonly resolved?: string
}

const words = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']
const bill = JSON.parse(execFileSync('npm', words, { encoding: 'utf8', maxBuffer: 2 ** 26 })) as Bill
const present = presentHere()
const root = bill.dependencies[0]?.ref ?? ''
const isHere = (ref: string) => ref === root || present.has(ref)

delete bill.serialNumber
delete bill.metadata.timestamp
// npm takes the name of the folder.
bill.metadata.component.name = root.slice(0, root.lastIndexOf('@'))
bill.components = bill.components.filter((component) => isHere(component['bom-ref']))
bill.dependencies = bill.dependencies
  .filter(({ ref }) => isHere(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isHere) }))
process.stdout.write(`${JSON.stringify(bill, null, 1)}\n`)

/** `name@version` of every package in npm's record of what it installed, and of every folder of the project. */
function presentHere(): Set<string> {
  const record = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8')) as {
    packages: Record<string, Installed>
  }
  const refs = Object.entries(record.packages).map(([path, { version, link, resolved }]) => {
    if (!link) return `${path.split('node_modules/').at(-1)}@${version}`
    const folder = resolved ?? ''
    if (!existsSync(`${folder}/package.json`)) return ''
    const own = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
      name: string
      version: string
    }
    return `${own.name}@${own.version}`
  })
  return new Set(refs)
}
