-- sudo -u postgres psql --file docs/production/roles.sql
-- Two roles: ots_owner owns the tables and migrates them; ots_app is what the portal runs as. It owns
-- nothing, so it can neither drop the triggers of what is written once nor change it: `migrate` leaves
-- it only reading and adding there.
\set ON_ERROR_STOP on
CREATE ROLE ots_owner LOGIN;
CREATE ROLE ots_app LOGIN;
CREATE DATABASE ots OWNER ots_owner ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
\connect ots
REVOKE ALL ON DATABASE ots FROM PUBLIC;
GRANT CONNECT ON DATABASE ots TO ots_app;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ots_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ots_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ots_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ots_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO ots_app;
