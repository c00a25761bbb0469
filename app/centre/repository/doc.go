// Package repository is the practice centre's licence repository (证照库):
// invented holders with electronic licences of all seven kinds, each signed by
// the key of its invented issuer.
//
// It hands out the fields that are named and no others; whether somebody may
// have them is the authorization service's business, which asks here only with
// a grant in hand. It must never hold anything of a real person: address codes
// are ones that GB/T 2260 has not given out, so that no number, however right
// its check digit, can be a living person's. A city puts its own repository in
// the place of this one.
//
// Some licences are broken on purpose (the holder's note says how), because
// the counter's refusals have to be tried and trained too.
package repository
