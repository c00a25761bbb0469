// Package desk is what a clerk can do: open a case, have it authorized, retrieve
// the licences or read paper originals in their place, have the form confirmed and
// signed on the pad, take the photo, submit, abandon. It knows the moment a case is
// in, drives the pad, the camera and the centre, and keeps every step in the journal
// before anything on the screen moves on.
//
// Where the hall's people sign in (Options.Staff), it also knows who sits there: it
// asks for nobody's word itself but lets Staff check it, refuses what the role may
// not do, locks the counter, and has every act of the clerk in the operator log: in
// the transaction that keeps what was done, or before it where the journal keeps
// nothing of it. The window hides what a role may not do; the desk refuses it.
//
// It decides; it draws nothing (the user interface shows Snapshots and sends
// intents) and it sends nothing to the ledger (the outbox does). It declares
// the few things that it needs of others in ports.go. Devices are handed in,
// never opened by name.
package desk
