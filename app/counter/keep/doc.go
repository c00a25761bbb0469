// Package keep keeps the one secret of a counter in a file that only its own way
// of keeping opens: a passphrase, the system's keyring, the machine's TPM, or, where
// the administrator says so and in practice, the file's own owner.
//
// Every way ends in a key of 32 bytes under which the secret is sealed with
// AES-256-GCM (NIST SP 800-38D), all that stands in clear in the file being the
// associated data. What differs is where that key comes from: it is derived from a
// passphrase (Argon2id, RFC 9106), handed out by the keyring, unsealed by the TPM,
// or it stands beside in the file.
//
// The file is replaced as a whole, and made only where there is none. What a way
// does not open is refused and left as it is: a key that was replaced would take its
// journal with it. The package derives no key of the counter and knows neither
// journal nor window; the passphrase is asked for by whoever opens the file. Nothing
// secret stands in an error.
package keep
