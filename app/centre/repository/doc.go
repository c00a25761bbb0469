// Package repository is the centre's licence repository (证照库): persons and
// entities with their electronic licences, each signed by the key of its issuer,
// and who may act for an entity. It reads a register, a TOML file; the one inside
// is invented and has licences of all seven kinds.
//
// A licence that is not in force is not given out, and neither is an entity's
// licence to who does not act for it in that role today: both are looked at when it
// is asked for, whatever was so when the citizen agreed.
//
// It hands out the fields that are named and no others; whether somebody may
// have them is the authorization service's business, which asks here only with
// a grant in hand. The invented register must never hold anything of a real person: address codes
// are ones that GB/T 2260 has not given out, so that no number, however right
// its check digit, can be a living person's. A city puts its own repository in
// the place of this one.
//
// Some licences are broken on purpose (the holder's note says how), because
// the counter's refusals have to be tried and trained too.
package repository
