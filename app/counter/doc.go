// Package counter joins the parts of one counter into something that runs: the
// journal, the outbox and its ledger client, the client of the centre, the
// desk, the attached devices, and the polls that keep them up to date.
//
// It decides nothing about a case and draws nothing. It knows neither a window
// nor the far end: the desktop program gives it addresses and keys, and both
// the window and the rehearsal are handed its Desk.
//
// It stands beside the design's "only main joins everything" so that main stays
// a page and a test can start a whole counter; the alternative, a main that
// wires the near end itself, grew past three hundred lines: refused.
package counter
