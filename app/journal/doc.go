// Package journal keeps what happens at a counter: the signed entries of every
// case, their sealed attachments, the outbox, the receipts, the links through the
// changes of the ledger's validators, and the failed tries, in one SQLite file with
// the keys of the cases beside it.
//
// What it promises: a method that writes returns only after the transaction is
// on disk; an entry, its attachments and its outbox row are one transaction; a
// power cut, a crash or a kill at any point leaves a journal that opens and
// holds everything that was acknowledged. Nothing that was queued is ever
// dropped or expires.
//
// What it is trusted with: the content of cases, sealed under a key per case
// (AES-256-GCM). The keys lie outside SQLite, one file a case, wrapped under the
// master key that the caller hands in. Destroying a case's key file is deletion.
// Case numbers, item codes, times, kinds of step and the names of attachments
// stand in clear; names, numbers and pictures of people never do.
//
// What it must not do: decide what the next step is (casework does), verify
// signatures, receipts or links (their callers do, with the keys that they trust), talk
// to anybody, or repair a record. A case whose chain or seal is broken is
// reported as damaged and left as it is.
//
// On disk: journal.db with its log (journal.db-wal, -shm), journal.lock, which one
// program at a time holds, and keys/<case id>.key. A backup needs journal.db and
// keys/ together, and a copy of keys/ is a copy of everything it opens.
//
// Tests cut the power after every disk operation; COUNTERFOIL_CUTS=10000 asks for
// the long campaign, COUNTERFOIL_ENTRIES for a larger journal in the benchmarks.
//
// Integrity comes from the entries' own chain and the seals. SQLite's
// integrity_check is not asked: it finds one in sixteen flipped bits.
package journal
