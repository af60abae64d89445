-- Reservations are ended by a watch, which needs no row; the jobs that did so have nothing left to do.
delete from rialto.inbox where kind = 'job' and name = 'expire-reservations';
