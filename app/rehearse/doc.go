// Package rehearse serves cases by itself, through the same desk, journal, pad
// driver and centre as a clerk would, and measures every step: to the disk and
// to the verified receipt. It is the acceptance test of an installation.
//
// It plays the clerk (through desk's intents), the citizen's phone (through the
// phone page's own HTTP interface) and the citizen's hand (on the software pad).
// It must not reach around the desk: what it cannot do, a clerk cannot do.
package rehearse
