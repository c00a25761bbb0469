// Package identity knows who a citizen at the phone's page is: by a passkey
// (WebAuthn level 3), which has the phone itself check a face, a finger or its
// own lock, and by the holder's own password (自设密码), which confirms what the
// holder gives away. It keeps no biometrics and sees none.
//
// What it holds on to: every challenge is made here, kept in memory and taken
// once; the phone must say that it verified its user; the page's own address is
// the only origin; a passkey whose signature counter goes back was copied, and is
// refused from then on. A password is six digits or more, five wrong ones in a row
// lock it for a time that grows, and what is stored of it is Argon2id over a hash
// keyed with a secret that is not in the store: ten to the sixth guesses are no
// work for whoever has both.
//
// Who somebody is for the first time, or without the phone that was lost, is not
// decided here: a clerk looks at the paper original and asks for a one-time code.
// It is 60 random bits and lives ten minutes, so that a thousand guesses a second
// against a thousand living codes hit one in some two thousand years.
//
// It must not know who may use a licence, and nothing of it may stand in a log.
package identity
