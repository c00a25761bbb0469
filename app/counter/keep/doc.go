// Package keep keeps the one secret of a counter in a file that only its own way
// of keeping opens: a passphrase, the system's keyring, the machine's TPM, a UKey or an
// HSM, or, where the administrator says so and in practice, the file's own owner.
//
// Every way ends in a key of 32 bytes under which the secret is sealed with
// AES-256-GCM (NIST SP 800-38D), all that stands in clear in the file being the
// associated data. What differs is where that key comes from: it is derived from a
// passphrase (Argon2id, RFC 9106), handed out by the keyring, unsealed by the TPM,
// derived from a signature that only the token can make, or it stands beside in the
// file.
//
// On a token (UKey, HSM) the device key itself is an Ed25519 key that never leaves it,
// and the secret in the file is what the journal's master key is derived from. The
// file's key is HKDF of the device key's own signature over a domain and a random
// salt: an Ed25519 signature is deterministic (RFC 8032), so whoever has token and PIN
// gets it again, and nobody else can. A second key or object on the token was the
// alternative (an AES key, a private data object): refused, because many tokens make
// no AES keys or give a data object out to whoever knows the PIN, and two objects can
// be lost apart. A passphrase beside the PIN was another: a second secret to forget.
// Price: the token lost is the journal's content lost, and a token that signs
// otherwise each time is refused when the key is made.
//
// The file is replaced as a whole, and made only where there is none. What a way
// does not open is refused and left as it is: a key that was replaced would take its
// journal with it. The package derives no key of the counter and knows neither
// journal nor window; passphrase and PIN are asked for by whoever opens the file. It
// never tries a PIN by itself, keeps none, and gives none to a token before its public
// key was seen to be the counter's. Nothing secret stands in an error.
package keep
