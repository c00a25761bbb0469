// Package step holds the clerk's screens, a file a screen: each shows one stage
// of a case from a desk.Snapshot and tells intents. A screen decides nothing,
// keeps nothing of the case beyond what it draws, and never waits: an intent
// runs beside the screen, with its button locked, and what came of it arrives
// as the next snapshot.
package step
