-- What a person has decided, because the gateway's back office told it and its API did not.
create table decisions (
  id text collate "C" primary key,
  payment_id text collate "C" not null references payments,
  refund_id text collate "C" references refunds,
  outcome text not null check (outcome in ('approved', 'declined')),
  status_before text not null,
  status_after text not null,
  decided_by text not null,
  note text not null,
  at timestamptz not null
);
create index decisions_by_payment on decisions (payment_id);

-- Payments are taken up by `ask_at` alone; the jobs that did so before have nothing left to do.
update payments set ask_at = now() where ask_at is null and gateway <> '' and (
  status in ('authorizing', 'action-required', 'unknown')
  or (status = 'authorized' and wanted <> 'hold')
  or (wanted = 'release' and captured > refunded)
  or exists (select from refunds r where r.payment_id = payments.id and r.status in ('waiting', 'sent')));
delete from rialto.inbox where kind = 'job' and name = 'ask-open-payments';
