-- Who may do what: rows by row-level security, writing by functions alone. Every login is a member of one of these
-- roles, and rows of zeren.access say with which ledger; functions ask session_user, never current_user.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA zeren FROM PUBLIC;
GRANT USAGE ON SCHEMA zeren TO zeren_recorder, zeren_reader;
GRANT EXECUTE ON FUNCTION zeren.format(), zeren.owns(), zeren.mine(), zeren.may(integer, text)
  TO zeren_recorder, zeren_reader;
GRANT EXECUTE ON FUNCTION
  zeren.append(integer, bigint, bytea[], bytea[], text[], text[], bigint[], bigint[], text[], bigint[], bigint[], bigint[], bytea[]),
  zeren.put_checkpoint(integer, bigint, bytea), zeren.confirm(integer)
  TO zeren_recorder;
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['ledgers', 'entries', 'bodies', 'subjects', 'refs', 'tiles', 'checkpoints', 'erasures'] LOOP
    EXECUTE format('ALTER TABLE zeren.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY granted ON zeren.%I FOR SELECT USING (%I = ANY ((SELECT zeren.mine())::integer[]))',
      t, CASE t WHEN 'ledgers' THEN 'id' ELSE 'ledger' END);
    EXECUTE format('GRANT SELECT ON zeren.%I TO zeren_recorder, zeren_reader', t);
  END LOOP;
END$$;
