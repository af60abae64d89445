#!/bin/sh
# As the official image does: makes a cluster at first, runs the scripts in its folder, then the command.
set -eu
data=/var/lib/postgresql/18/docker
if [ ! -s "$data/PG_VERSION" ]; then
  mkdir -p "$data"
  printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
  /postgres/bin/initdb --pgdata "$data" --username postgres --pwfile /tmp/password --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 >&2
  rm /tmp/password
  /postgres/bin/pg_ctl --pgdata "$data" --wait --options "-c listen_addresses='' -c unix_socket_directories=/tmp" start >&2
  for script in /docker-entrypoint-initdb.d/*.sh; do
    PGHOST=/tmp PGPASSWORD=$POSTGRES_PASSWORD sh "$script" >&2
  done
  /postgres/bin/pg_ctl --pgdata "$data" --wait --mode fast stop >&2
  printf 'host all all all scram-sha-256\n' >> "$data/pg_hba.conf"
fi
shift
exec /postgres/bin/postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
