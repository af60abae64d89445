/**
 * Writes dates for people. The formatter is made when it is first needed: the first one of a process loads data for a while,
 * and each costs more than what is written with it.
 */
export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): (date: Date) => string {
  let format: Intl.DateTimeFormat | undefined
  return (date) => {
    format ??= new Intl.DateTimeFormat(locale, options)
    return format.format(date)
  }
}
