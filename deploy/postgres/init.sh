#!/bin/sh
# One database and one role for each service, at the first start of an empty server. No role gets into another's
# database; `monitor` reads statistics only.
set -eu

# Beside the data, where PostgreSQL may write.
mkdir -p /var/lib/postgresql/archive

admin() {
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@"
}

echo "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;" | admin

for variable in $(env | sed -n 's/^\([A-Z_]*_DATABASE_PASSWORD\)=.*/\1/p' | sort); do
  name=$(echo "${variable%_DATABASE_PASSWORD}" | tr 'A-Z_' 'a-z-')
  admin --set name="$name" --set password="$(printenv "$variable")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done

admin --set password="${POSTGRES_MONITOR_PASSWORD}" <<'SQL'
CREATE ROLE monitor LOGIN PASSWORD :'password' IN ROLE pg_monitor;
GRANT CONNECT ON DATABASE postgres TO monitor;
SQL
