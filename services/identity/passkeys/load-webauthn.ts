/** It brings hundreds of modules along, so that it is loaded when somebody first uses a passkey. */
export function loadWebAuthn() {
  return import('@simplewebauthn/server')
}
