/** It brings some three hundred modules along, so that it is loaded when somebody first uses a passkey. */
export function loadWebAuthn() {
  return import('@simplewebauthn/server')
}
