package store

import "fmt"

// version of the schema, kept as SQLite's user_version. A file of a newer
// version is refused, never guessed at; one of an older is brought up to it.
const version = 5

// since returns what brings a file of an older version, 0 for an empty one, to
// this one.
func since(found int) string {
	var sql string
	for _, step := range []string{schema, accounts, reports, acting, clerks}[found:] {
		sql += step
	}
	return sql + fmt.Sprintf("PRAGMA user_version = %d;", version)
}

// Times are Unix milliseconds, UTC; lists are JSON.
const schema = `
CREATE TABLE codes (
	mac     BLOB PRIMARY KEY, -- HMAC of the eight digits
	holder  TEXT NOT NULL,
	kinds   TEXT NOT NULL,
	hall    TEXT NOT NULL,    -- '' any hall
	item    TEXT NOT NULL,    -- '' any item that needs no more than kinds
	made    INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	state   TEXT NOT NULL,
	misses  INTEGER NOT NULL DEFAULT 0,
	kase    TEXT NOT NULL DEFAULT '',
	counter TEXT NOT NULL DEFAULT '',
	grant_  TEXT NOT NULL DEFAULT '',
	request TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX codes_holder ON codes (holder, state);
CREATE INDEX codes_hall ON codes (state, hall);

CREATE TABLE near (          -- a code with two of its digits masked, as HMAC
	mac  BLOB NOT NULL,
	code BLOB NOT NULL REFERENCES codes (mac) ON DELETE CASCADE,
	PRIMARY KEY (mac, code)
) WITHOUT ROWID;
CREATE INDEX near_code ON near (code);

CREATE TABLE requests (
	id      TEXT PRIMARY KEY,
	round   TEXT NOT NULL,     -- the first request of those that replace each other
	tap     INTEGER NOT NULL,
	hall    TEXT NOT NULL,
	counter TEXT NOT NULL,
	clerk   TEXT NOT NULL,
	item    TEXT NOT NULL,
	kase    TEXT NOT NULL,
	words   TEXT NOT NULL,
	made    INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	status  TEXT NOT NULL,
	holder  TEXT NOT NULL,     -- a tap: whose code; a QR: who opened it last
	grant_  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX requests_round ON requests (round);
CREATE INDEX requests_kase ON requests (kase);
CREATE INDEX requests_holder ON requests (holder, status);

CREATE TABLE grants (
	id         TEXT PRIMARY KEY,
	kase       TEXT NOT NULL,
	hall       TEXT NOT NULL,
	counter    TEXT NOT NULL,
	item       TEXT NOT NULL,
	needs      TEXT NOT NULL,
	from_      INTEGER NOT NULL,
	until      INTEGER NOT NULL,
	method     TEXT NOT NULL,
	holder     TEXT NOT NULL,
	pseudonym  TEXT NOT NULL,
	salt       BLOB NOT NULL,
	entry      BLOB,             -- once registered
	height     INTEGER NOT NULL DEFAULT 0,
	used       INTEGER NOT NULL DEFAULT 0,
	revoked    INTEGER NOT NULL DEFAULT 0,
	off_entry  BLOB,             -- once the revocation is on the ledger
	off_height INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX grants_holder ON grants (holder);
CREATE INDEX grants_open ON grants (id) WHERE entry IS NULL OR (revoked > 0 AND off_entry IS NULL);

CREATE TABLE records (
	n       INTEGER PRIMARY KEY AUTOINCREMENT,
	holder  TEXT NOT NULL,
	time    INTEGER NOT NULL,
	what    TEXT NOT NULL,
	hall    TEXT NOT NULL,
	counter TEXT NOT NULL,
	item    TEXT NOT NULL,
	kinds   TEXT NOT NULL,
	method  TEXT NOT NULL,
	grant_  TEXT NOT NULL
);
CREATE INDEX records_holder ON records (holder, n);

CREATE TABLE tries (         -- wrong entries of codes
	n        INTEGER PRIMARY KEY AUTOINCREMENT,
	time     INTEGER NOT NULL,
	hall     TEXT NOT NULL,
	counter  TEXT NOT NULL,
	clerk    TEXT NOT NULL,
	kase     TEXT NOT NULL,
	exposure INTEGER NOT NULL,
	counted  INTEGER NOT NULL  -- 0 once it was corrected in time
);
CREATE INDEX tries_time ON tries (time);

CREATE TABLE revocations (
	n       INTEGER PRIMARY KEY AUTOINCREMENT,
	grant_  TEXT NOT NULL UNIQUE,
	hall    TEXT NOT NULL,
	counter TEXT NOT NULL
);
CREATE INDEX revocations_counter ON revocations (hall, counter, n);

CREATE TABLE counters (
	key_id  TEXT PRIMARY KEY,
	hall    TEXT NOT NULL,
	counter TEXT NOT NULL,
	key     BLOB NOT NULL,
	state   TEXT NOT NULL,
	at      INTEGER NOT NULL,  -- of the enrolment
	left_   INTEGER NOT NULL   -- of the withdrawal
) WITHOUT ROWID;
`

// accounts came with version 2: how citizens sign in.
const accounts = `
CREATE TABLE accounts (
	holder   TEXT PRIMARY KEY,
	handle   BLOB NOT NULL UNIQUE,        -- what a passkey calls the holder by
	epoch    INTEGER NOT NULL DEFAULT 0,  -- sessions of an earlier one have ended
	password TEXT NOT NULL DEFAULT '',    -- Argon2id over a keyed hash; '' none is set
	wrong    INTEGER NOT NULL DEFAULT 0,  -- wrong passwords in a row
	locks    INTEGER NOT NULL DEFAULT 0,  -- times that they locked it, in a row
	locked   INTEGER NOT NULL DEFAULT 0   -- until then
) WITHOUT ROWID;

CREATE TABLE passkeys (
	id         BLOB PRIMARY KEY,
	holder     TEXT NOT NULL REFERENCES accounts (holder),
	name       TEXT NOT NULL,
	credential TEXT NOT NULL,             -- JSON: the public key, the signature counter, flags
	added      INTEGER NOT NULL,
	used       INTEGER NOT NULL,
	copied     INTEGER NOT NULL DEFAULT 0 -- its counter went back: refused from then on
) WITHOUT ROWID;
CREATE INDEX passkeys_holder ON passkeys (holder, added);

CREATE TABLE enrolments (     -- one-time codes that let a phone make a passkey
	mac    BLOB PRIMARY KEY,  -- HMAC of the code
	holder TEXT NOT NULL,
	until  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX enrolments_holder ON enrolments (holder);
`

// reports came with version 3: what each record is about in full, that a counter
// has wiped what was unbound, and what citizens found odd.
const reports = `
ALTER TABLE records ADD COLUMN needs  TEXT NOT NULL DEFAULT '[]';  -- fields that were asked for or granted
ALTER TABLE records ADD COLUMN left_  TEXT NOT NULL DEFAULT '[]';  -- sensitive fields that were not granted
ALTER TABLE records ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN was    INTEGER NOT NULL DEFAULT 0;  -- when it happened, where it was noted later
ALTER TABLE records ADD COLUMN report TEXT NOT NULL DEFAULT '';    -- that was filed
ALTER TABLE grants ADD COLUMN wiped INTEGER NOT NULL DEFAULT 0;    -- when the counter said so

CREATE TABLE reports (
	id       TEXT PRIMARY KEY,
	holder   TEXT NOT NULL,
	time     INTEGER NOT NULL,
	reason   TEXT NOT NULL,
	words    TEXT NOT NULL,
	what     TEXT NOT NULL,    -- of the record that it is about; '' of none
	at       INTEGER NOT NULL, -- of that record
	hall     TEXT NOT NULL,
	counter  TEXT NOT NULL,
	item     TEXT NOT NULL,
	grant_   TEXT NOT NULL,
	answer   TEXT NOT NULL DEFAULT '',
	answered INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX reports_holder ON reports (holder, time);
`

// acting came with version 4: entities that somebody acts for.
const acting = `
ALTER TABLE codes ADD COLUMN entity TEXT NOT NULL DEFAULT '';   -- '' the holder's own
ALTER TABLE codes ADD COLUMN acting TEXT NOT NULL DEFAULT '';   -- JSON, with entity
ALTER TABLE grants ADD COLUMN entity TEXT NOT NULL DEFAULT '';
ALTER TABLE grants ADD COLUMN acting TEXT NOT NULL DEFAULT '';
`

// clerks came with version 5: who may work at the halls' counters.
const clerks = `
CREATE TABLE clerks (
	hall      TEXT NOT NULL,
	number    TEXT NOT NULL,
	name      TEXT NOT NULL,
	role      TEXT NOT NULL,
	verifier  TEXT NOT NULL,             -- of the password, a PHC string
	once      INTEGER NOT NULL,          -- the password is one-time
	suspended INTEGER NOT NULL,
	cards     TEXT NOT NULL,             -- JSON: public keys, PKIX in DER
	PRIMARY KEY (hall, number)
) WITHOUT ROWID;

CREATE TABLE rosters (
	hall    TEXT PRIMARY KEY,
	edition INTEGER NOT NULL,            -- grows with every change
	days    INTEGER NOT NULL             -- how long counters may go by it
) WITHOUT ROWID;
`
