// Package protocol is what the near end (the counter) and the far end (centre,
// ledger, verifier) must agree on to the byte: the encoding of entries and
// statements, digests, salted commitments, signatures, licence originals, and
// the paths and bodies of the centre's interface. Everything is versioned.
//
// An entry travels as a COSE_Sign1 (RFC 9052 §4.2) over a core-deterministic
// CBOR payload (RFC 8949 §4.2.1), the signed-statement form of RFC 9943. The
// exact bytes that were signed are kept and sent and never re-encoded; their
// digest is the entry's identity. Unprotected headers, unknown fields and any
// other encoding of the same content are refused, so that one content has one
// identity.
//
// Algorithms come in suites, which belong to enrolled keys: README.md says what is
// in them, and what that means for an assessment.
//
// The package does no I/O and holds no key.
package protocol
