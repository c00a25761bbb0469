// Package token speaks to cards and UKeys through their maker's PKCS#11 module
// (OASIS PKCS #11 2.40): it lists the public keys that are in the readers, has a
// card sign what proves that its holder is there, makes a key of Ed25519 in a card,
// and is a crypto.Signer for a key that never leaves it.
//
// ECDSA on P-256, Ed25519 and RSA of 2048 bits and more (signed as RSASSA-PSS) are
// understood. SM2 is not: before PKCS #11 3.2 every maker numbers its mechanisms
// otherwise, and there is none here to try them with. Neither is a reader that asks
// for the PIN itself.
//
// It must not keep a PIN longer than the call it came with, nor write one
// anywhere, and it never tries one at a card by itself: a card counts wrong ones.
package token
