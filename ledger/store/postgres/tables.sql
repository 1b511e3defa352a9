-- Tables of ledgers on one server, version 1. `ledger` is the leading key everywhere; texts sort by their bytes.
-- Columns beside `entry` and `body` repeat what these say, for indexes; verify compares them.

CREATE TABLE zeren.ledgers (
  id integer PRIMARY KEY,
  origin text COLLATE "C" NOT NULL UNIQUE,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('duty', 'case', 'access', 'list')),
  moved_to text COLLATE "C"
);
CREATE TABLE zeren.entries (
  ledger integer NOT NULL,
  position bigint NOT NULL,
  stream text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  recorded_at text COLLATE "C" NOT NULL,
  previous bytea NOT NULL,
  leaf_hash bytea NOT NULL,
  entry bytea NOT NULL,
  PRIMARY KEY (ledger, position),
  UNIQUE (ledger, stream, version),
  UNIQUE (ledger, previous)
);
CREATE TABLE zeren.bodies (
  ledger integer NOT NULL,
  position bigint NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (ledger, position)
);
CREATE TABLE zeren.subjects (
  ledger integer NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (ledger, kind, id, number)
);
CREATE INDEX subjects_by_position ON zeren.subjects (ledger, position);
CREATE TABLE zeren.refs (
  ledger integer NOT NULL,
  ref text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (ledger, ref, position)
);
CREATE TABLE zeren.tiles (
  ledger integer NOT NULL,
  level integer NOT NULL,
  number bigint NOT NULL,
  hashes bytea NOT NULL,
  root bytea NOT NULL,
  PRIMARY KEY (ledger, level, number)
);
CREATE TABLE zeren.checkpoints (
  ledger integer NOT NULL,
  size bigint NOT NULL,
  note bytea NOT NULL,
  PRIMARY KEY (ledger, size)
);
CREATE TABLE zeren.erasures (
  ledger integer NOT NULL,
  position bigint NOT NULL,
  erased_by bigint NOT NULL,
  PRIMARY KEY (ledger, position, erased_by)
);

-- Who may do what with which ledger, by login: read, append, erase.
CREATE TABLE zeren.access (
  role name NOT NULL,
  ledger integer NOT NULL,
  may text COLLATE "C" NOT NULL CHECK (may IN ('read', 'append', 'erase')),
  PRIMARY KEY (role, ledger, may)
);
-- Written to once more where a commit was not confirmed by the standbys: it stands after what it confirms.
CREATE TABLE zeren.confirmations (ledger integer PRIMARY KEY, at timestamptz NOT NULL);
