// The library ships no types; these are the options used here.
declare module 'sanitize-html' {
  type Options = {
    allowedTags: string[]
    allowedAttributes: Record<string, string[]>
    allowedSchemes: string[]
    allowedSchemesByTag?: Record<string, string[]>
    allowProtocolRelative?: boolean
    nestingLimit?: number
    transformTags?: Record<string, string>
  }
  export default function sanitizeHtml(dirty: string, options: Options): string
}
