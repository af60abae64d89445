/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    /** The public API, as the visitor of the page; cookies it sets go to the browser. */
    readonly call: import('@rialto/sdk').ApiCall
    readonly hasSession: boolean
    readonly hasGuest: boolean
    readonly requestId: string
  }
}
