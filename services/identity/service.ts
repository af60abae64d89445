import { inTransaction, perform, service } from '@rialto/kit/service'
import { addAddress } from './add-address.ts'
import { listAudit } from './audit/list-audit.ts'
import { removeStaff, updateStaff } from './change-staff.ts'
import { identity } from './contract.ts'
import { createStaff } from './create-staff.ts'
import { requestEmailVerification, verifyEmail } from './emails/verify-email.ts'
import { eraseAccount, eraseCustomer } from './erasure/erase-account.ts'
import { getCustomer } from './get-customer.ts'
import { getProfile } from './get-profile.ts'
import { createApiKey, listApiKeys, revokeApiKey } from './keys/manage-keys.ts'
import { issueLink } from './links/issue-link.ts'
import { listCustomers, listStaff } from './list-accounts.ts'
import { listAddresses } from './list-addresses.ts'
import { config, openOwn } from './own.ts'
import {
  addPasskey,
  listPasskeys,
  removePasskey,
  renamePasskey,
  startPasskey,
} from './passkeys/own-passkeys.ts'
import { signInWithPasskey, startPasskeySignIn } from './passkeys/sign-in-with-passkey.ts'
import { changePassword } from './passwords/change-password.ts'
import { doPrepareReset, prepareReset, requestPasswordReset } from './passwords/request-password-reset.ts'
import { resetPassword } from './passwords/reset-password.ts'
import { prepare } from './prepare.ts'
import { finishProviderSignIn } from './providers/finish-sign-in.ts'
import {
  finishLinkingProvider,
  listLinkedProviders,
  removeLinkedProvider,
  startLinkingProvider,
} from './providers/own-providers.ts'
import { listProviders, startProviderSignIn } from './providers/start-sign-in.ts'
import { register } from './register.ts'
import { removeAddress } from './remove-address.ts'
import { resolveSession } from './resolve-session.ts'
import { setStaffRoles } from './roles/give-roles.ts'
import { createRole, listRoles, removeRole, updateRole } from './roles/manage-roles.ts'
import { confirmSignIn } from './second-factor/confirm-sign-in.ts'
import {
  confirmSecondFactor,
  getSecondFactor,
  removeStaffSecondFactor,
  renewRecoveryCodes,
  startSecondFactor,
  stopSecondFactor,
} from './second-factor/own-second-factor.ts'
import {
  endOtherSessions,
  endSession,
  endStaffSessions,
  listSessions,
  listStaffSessions,
} from './sessions/own-sessions.ts'
import { signIn } from './sign-in.ts'
import { getSignInRules, setSignInRules } from './sign-in-rules/manage-rules.ts'
import { signOut } from './sign-out.ts'
import { acceptInvitation } from './staff/accept-invitation.ts'
import { inviteStaff, inviteStaffAgain } from './staff/invite-staff.ts'
import { listStaffToTell } from './staff/list-staff-to-tell.ts'
import { updateAddress } from './update-address.ts'
import { updateProfile } from './update-profile.ts'

export default service(identity, {
  directory: import.meta.dirname,
  config,
  open: openOwn,
  routes: {
    register,
    signIn,
    signOut,
    resolveSession,
    listSessions,
    endSession,
    endOtherSessions: inTransaction(endOtherSessions),
    listStaffSessions,
    endStaffSessions: inTransaction(endStaffSessions),
    inviteStaff,
    inviteStaffAgain: inTransaction(inviteStaffAgain),
    acceptInvitation,
    listStaffToTell,
    listAudit,
    createRole: inTransaction(createRole),
    listRoles,
    updateRole: inTransaction(updateRole),
    removeRole: inTransaction(removeRole),
    setStaffRoles: inTransaction(setStaffRoles),
    eraseAccount,
    eraseCustomer: inTransaction(eraseCustomer),
    getSignInRules,
    setSignInRules: inTransaction(setSignInRules),
    createApiKey: inTransaction(createApiKey),
    listApiKeys,
    revokeApiKey: inTransaction(revokeApiKey),
    listProviders,
    startProviderSignIn,
    finishProviderSignIn,
    listLinkedProviders,
    startLinkingProvider,
    finishLinkingProvider,
    removeLinkedProvider: inTransaction(removeLinkedProvider),
    startPasskeySignIn,
    signInWithPasskey,
    listPasskeys,
    startPasskey,
    addPasskey,
    renamePasskey: inTransaction(renamePasskey),
    removePasskey: inTransaction(removePasskey),
    confirmSignIn,
    getSecondFactor,
    startSecondFactor,
    confirmSecondFactor,
    renewRecoveryCodes,
    stopSecondFactor,
    removeStaffSecondFactor: inTransaction(removeStaffSecondFactor),
    requestPasswordReset: inTransaction(requestPasswordReset),
    resetPassword,
    changePassword,
    requestEmailVerification: inTransaction(requestEmailVerification),
    verifyEmail: inTransaction(verifyEmail),
    issueLink,
    getProfile,
    updateProfile: inTransaction(updateProfile),
    listAddresses,
    addAddress: inTransaction(addAddress),
    updateAddress: inTransaction(updateAddress),
    removeAddress: inTransaction(removeAddress),
    createStaff,
    updateStaff: inTransaction(updateStaff),
    removeStaff: inTransaction(removeStaff),
    listStaff,
    listCustomers,
    getCustomer,
  },
  jobs: [perform(prepareReset, doPrepareReset)],
  prepare,
})
