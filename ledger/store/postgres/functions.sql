-- What may be done with ledgers on a server, and what refuses the rest.
-- SQLSTATE ZR001: append-only. ZR002: does not follow from what stands. ZR003: the time is ahead of the server's.
-- ZR004: a text is not held any more. ZR005: duty ledgers, and case and access ledgers, stand in databases of their own.
-- ZR006: the ledger has moved.

CREATE FUNCTION zeren.format() RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$SELECT 1$$;

CREATE FUNCTION zeren.owns() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog AS
$$SELECT pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'zeren'), 'MEMBER')$$;

CREATE FUNCTION zeren.may(l integer, what text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS
$$SELECT zeren.owns() OR EXISTS (SELECT FROM zeren.access a WHERE a.role = session_user AND a.ledger = l AND a.may = what)$$;

CREATE FUNCTION zeren.mine() RETURNS integer[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
$$SELECT array_agg(x.id) FROM zeren.ledgers x
  WHERE zeren.owns() OR EXISTS (SELECT FROM zeren.access a WHERE a.role = session_user AND a.ledger = x.id)$$;

-- --- append-only ---

CREATE FUNCTION zeren.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'append-only: entries are corrected by a later entry' USING ERRCODE = 'ZR001';
END$$;

-- The one controlled path: a body may lose texts where an erasure of its entry is on record (FORMAT.md section 11).
CREATE FUNCTION zeren.refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.ledger = OLD.ledger AND NEW.position = OLD.position
    AND EXISTS (SELECT FROM zeren.erasures x WHERE x.ledger = OLD.ledger AND x.position = OLD.position)
    AND zeren.lines(NEW.body) <@ zeren.lines(OLD.body)
    AND (zeren.lines(NEW.body))[1] = (zeren.lines(OLD.body))[1]
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'append-only: entries are corrected by a later entry' USING ERRCODE = 'ZR001';
END$$;

CREATE FUNCTION zeren.lines(body bytea) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS
$$SELECT string_to_array(convert_from(body, 'UTF8'), E'\n')$$;

-- --- tiles ---

CREATE FUNCTION zeren.tile_root(hashes bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
  above bytea := hashes;
BEGIN
  WHILE length(above) > 32 LOOP
    SELECT string_agg(sha256('\x01'::bytea || substr(above, 64 * i + 1, 64)), ''::bytea ORDER BY i) INTO above
      FROM generate_series(0, length(above) / 64 - 1) i;
  END LOOP;
  RETURN above;
END$$;

-- --- what a login may do ---

-- Founds a ledger: whoever owns the schema. Sides are servers: who may log in to a database sees what roles and
-- tables it has, so a case beside the duty ledger would betray the lead.
CREATE FUNCTION zeren.found(o text, k text) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
  made integer;
BEGIN
  IF NOT zeren.owns() THEN
    RAISE EXCEPTION 'not the owner of the ledgers' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(1919907438, 0);
  IF EXISTS (SELECT FROM zeren.ledgers x WHERE (x.kind IN ('case', 'access')) <> (k IN ('case', 'access'))) THEN
    RAISE EXCEPTION 'ledgers of the other side' USING ERRCODE = 'ZR005';
  END IF;
  INSERT INTO zeren.ledgers (id, origin, kind) SELECT coalesce(max(x.id), 0) + 1, o, k FROM zeren.ledgers x
    RETURNING id INTO made;
  RETURN made;
END$$;

-- Appends signed entries where `expected` of them stand; every indexed column is taken from their own bytes.
-- Within its transaction's snapshot: who was overtaken finds the position taken (unique_violation).
CREATE FUNCTION zeren.append(
  l integer, expected bigint, es bytea[], bs bytea[],
  sk text[], si text[], sn bigint[], sp bigint[], rr text[], rp bigint[], xp bigint[], xe bigint[], xb bytea[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  named text; gone text; n bigint; prev bytea; last timestamptz; good bigint; hs bytea; lev integer; num bigint;
  k bigint;
BEGIN
  IF NOT zeren.may(l, 'append') OR (cardinality(xp) > 0 AND NOT zeren.may(l, 'erase')) THEN
    RAISE EXCEPTION 'not granted' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(1919907438, l);
  -- whoever stops between here and the commit holds the others up for no longer than this
  PERFORM set_config('idle_in_transaction_session_timeout', '5s', true);
  SELECT x.origin, x.moved_to INTO named, gone FROM zeren.ledgers x WHERE x.id = l;
  IF gone IS NOT NULL THEN
    RAISE EXCEPTION '%', gone USING ERRCODE = 'ZR006';
  END IF;
  SELECT e.position + 1, e.leaf_hash, e.recorded_at::timestamptz INTO n, prev, last
    FROM zeren.entries e WHERE e.ledger = l ORDER BY e.position DESC LIMIT 1;
  n := coalesce(n, 0);
  prev := coalesce(prev, decode(repeat('00', 32), 'hex'));
  last := coalesce(last, '-infinity');
  IF n <> expected OR cardinality(es) = 0 OR cardinality(bs) <> cardinality(es) THEN
    RETURN -1;
  END IF;
  WITH raw AS (
    SELECT o, e, b, string_to_array(convert_from(e, 'UTF8'), E'\n') AS t
      FROM unnest(es, bs) WITH ORDINALITY u(e, b, o)
  ), parsed AS (
    SELECT o, e, b, t[1] AS f, t[2]::jsonb AS h, sha256('\x00'::bytea || e) AS leaf FROM raw
  ), chained AS (
    SELECT o, e, b, f, h, leaf, lag(leaf, 1, prev) OVER (ORDER BY o) AS p, (h->>'recorded_at')::timestamptz AS t,
        lag((h->>'recorded_at')::timestamptz, 1, last) OVER (ORDER BY o) AS before,
        (h->>'version')::bigint - row_number() OVER (PARTITION BY h->>'stream' ORDER BY o) AS stood
      FROM parsed
  ), done AS (
    INSERT INTO zeren.entries
      SELECT l, n + o - 1, h->>'stream', (h->>'version')::bigint, h->>'type',
          substr(h->>'recorded_at', 1, 19)
          || CASE substr(h->>'recorded_at', 21, 3) WHEN '000' THEN '' ELSE '.' || substr(h->>'recorded_at', 21, 3) || '000' END
          || '+00:00', p, leaf, e
        FROM chained
        WHERE f = 'zeren/entry/v1' AND h->>'ledger' = named AND (h->>'position')::bigint = n + o - 1
          AND decode(h->>'previous', 'base64') = p AND (t >= before OR h->>'type' = 'clock.corrected/1')
          AND decode(h->>'body', 'base64')
            = sha256('zeren/body/v1\012'::bytea || substr(b, 1, position('\x0a'::bytea IN b)))
          AND stood = coalesce((SELECT x.version FROM zeren.entries x
            WHERE x.ledger = l AND x.stream = h->>'stream' ORDER BY x.version DESC LIMIT 1), 0)
      RETURNING recorded_at::timestamptz AS t
  ) SELECT count(*), max(t) INTO good, last FROM done;
  IF good <> cardinality(es) THEN
    RAISE EXCEPTION '% entries do not follow', cardinality(es) - good USING ERRCODE = 'ZR002';
  END IF;
  IF last > clock_timestamp() + interval '5 seconds' THEN
    RAISE EXCEPTION 'ahead of the server' USING ERRCODE = 'ZR003';
  END IF;
  IF EXISTS (SELECT FROM unnest(sp || rp || xe) u(p) WHERE p < n OR p >= n + cardinality(es)) THEN
    RAISE EXCEPTION 'rows of other entries' USING ERRCODE = 'ZR002';
  END IF;
  INSERT INTO zeren.bodies SELECT l, n + o - 1, b FROM unnest(bs) WITH ORDINALITY u(b, o);
  INSERT INTO zeren.subjects SELECT l, u.k, u.i, u.c, u.p FROM unnest(sk, si, sn, sp) u(k, i, c, p);
  INSERT INTO zeren.refs SELECT l, u.r, u.p FROM unnest(rr, rp) u(r, p);
  FOR k IN SELECT g FROM generate_series(n, n + cardinality(es) - 1) g WHERE (g + 1) % 256 = 0 LOOP
    SELECT string_agg(leaf_hash, ''::bytea ORDER BY position) INTO hs
      FROM zeren.entries WHERE ledger = l AND position > k - 256 AND position <= k;
    lev := 0;
    num := k / 256;
    LOOP
      INSERT INTO zeren.tiles VALUES (l, lev, num, hs, zeren.tile_root(hs));
      EXIT WHEN (num + 1) % 256 <> 0;
      SELECT string_agg(root, ''::bytea ORDER BY number) INTO hs
        FROM zeren.tiles WHERE ledger = l AND level = lev AND number > num - 256 AND number <= num;
      lev := lev + 1;
      num := num / 256;
    END LOOP;
  END LOOP;
  IF cardinality(xp) > 0 THEN
    PERFORM zeren.erase(l, xp, xe, xb);
  END IF;
  RETURN n + cardinality(es);
END$$;

-- Takes texts out, for erasures on record in the same transaction; no grant leads here but through append.
CREATE FUNCTION zeren.erase(l integer, xp bigint[], xe bigint[], xb bytea[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM unnest(xe) u(p)
    LEFT JOIN zeren.entries e ON e.ledger = l AND e.position = u.p AND e.type = 'text.erased/1' WHERE e.position IS NULL)
  THEN
    RAISE EXCEPTION 'not by an erasure' USING ERRCODE = 'ZR002';
  END IF;
  INSERT INTO zeren.erasures SELECT l, u.p, u.e FROM unnest(xp, xe) u(p, e);
  UPDATE zeren.bodies b SET body = u.b FROM unnest(xp, xb) u(p, b) WHERE b.ledger = l AND b.position = u.p;
END$$;

CREATE FUNCTION zeren.put_checkpoint(l integer, s bigint, signed bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
  IF NOT zeren.may(l, 'append') THEN
    RAISE EXCEPTION 'not granted' USING ERRCODE = '42501';
  END IF;
  IF s > 0 AND NOT EXISTS (SELECT FROM zeren.entries e WHERE e.ledger = l AND e.position = s - 1) THEN
    RAISE EXCEPTION 'a checkpoint over entries that are not there' USING ERRCODE = 'ZR002';
  END IF;
  INSERT INTO zeren.checkpoints VALUES (l, s, signed) ON CONFLICT DO NOTHING;
END$$;

-- One more synchronous commit: it is confirmed after everything before it.
CREATE FUNCTION zeren.confirm(l integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
  IF NOT zeren.may(l, 'append') THEN
    RAISE EXCEPTION 'not granted' USING ERRCODE = '42501';
  END IF;
  INSERT INTO zeren.confirmations VALUES (l, clock_timestamp())
    ON CONFLICT (ledger) DO UPDATE SET at = EXCLUDED.at;
END$$;

-- From now on the ledger stands elsewhere: it is read here still, and nothing is appended.
CREATE FUNCTION zeren.moved(l integer, whither text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
  IF NOT zeren.owns() THEN
    RAISE EXCEPTION 'not the owner of the ledgers' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(1919907438, l);
  UPDATE zeren.ledgers SET moved_to = whither WHERE id = l;
END$$;

-- --- triggers ---

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['entries', 'bodies', 'subjects', 'refs', 'tiles', 'checkpoints', 'erasures'] LOOP
    IF t <> 'bodies' THEN
      EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON zeren.%I EXECUTE FUNCTION zeren.refuse()', t || '_update', t);
    END IF;
    EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON zeren.%I EXECUTE FUNCTION zeren.refuse()', t || '_delete', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON zeren.%I EXECUTE FUNCTION zeren.refuse()', t || '_truncate', t);
  END LOOP;
END$$;
CREATE TRIGGER bodies_update BEFORE UPDATE ON zeren.bodies FOR EACH ROW EXECUTE FUNCTION zeren.refuse_unless_erased();
