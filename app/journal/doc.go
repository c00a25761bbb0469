// Package journal keeps what happens at a counter: the signed entries of every
// case, their sealed attachments, the outbox, the receipts, the links through the
// changes of the ledger's validators, the failed tries, and the operator log, in one
// SQLite file with the keys of the cases beside it.
//
// What it promises: a method that writes returns only after the transaction is
// on disk; an entry, its attachments, its outbox row and the clerk's line in the
// operator log are one transaction; a power cut, a crash or a kill at any point leaves
// a journal that opens and
// holds everything that was acknowledged. Nothing that was queued is ever
// dropped or expires.
//
// What it is trusted with: the content of cases, sealed record by record under a key
// per case, in the suite that the journal was made in (AES-256-GCM, or SM4-GCM). A
// seal covers where the record belongs: case, sequence, kind of step, position, name
// and type. The keys lie outside SQLite, one file a case, wrapped under the key of
// the day on which the case was opened, which lies wrapped under the master key that
// the caller hands in. Destroying a case's key file is deletion; the key of a day
// goes with the last of its cases. Case numbers, item codes, times, kinds of step
// and the names of attachments stand in clear; names, numbers and pictures of people
// never do. Names that are searched are in memory alone, from the first search to
// ForgetNames.
//
// What it must not do: decide what the next step is (casework does), verify
// signatures, receipts or links (their callers do, with the keys that they trust), talk
// to anybody, or repair a record. A case whose chain or seal is broken is
// reported as damaged and left as it is.
//
// On disk: journal.db with its log (journal.db-wal, -shm), journal.mark, which says how
// far the log was once on disk, journal.lock, which one program at a time holds,
// keys/<case id>.key and keys/days/<YYYYMMDD>.day. A backup needs journal.db and keys/
// together, and a copy of keys/ is a copy of everything it opens. README.md says what a
// thief gets and what retention does.
//
// Tests cut the power after every disk operation and flip bits in every file;
// COUNTERFOIL_CUTS=10000 and COUNTERFOIL_FLIPS=20000 ask for the long campaigns,
// COUNTERFOIL_ENTRIES for a larger journal in the benchmarks.
//
// Integrity comes from the entries' own chain, the seals, and a keyed sum of every
// row that proves nothing itself. SQLite's integrity_check is asked by Check alone,
// for the sake of the indexes: it finds one in sixteen flipped bits.
package journal
