package chain

import (
	"log/slog"
	"strings"

	"github.com/cometbft/cometbft/libs/log"
)

// errorsOnly is CometBFT's logger over slog: at its own info level it writes
// several lines a block.
type errorsOnly struct {
	to     *slog.Logger
	broken func()
}

// quiet returns the logger. broken is called when the node
// can make no more blocks: CometBFT says so in its log and nowhere else, and goes
// on answering.
func quiet(to *slog.Logger, broken func()) log.Logger {
	return errorsOnly{to.With("part", "ledger"), broken}
}

// consensusFailure is how that line begins (consensus/state.go, receiveRoutine).
const consensusFailure = "CONSENSUS FAILURE"

// Debug writes nothing.
func (errorsOnly) Debug(string, ...any) {}

// Info writes nothing.
func (errorsOnly) Info(string, ...any) {}

// Warn writes nothing: peers that come and go are no news.
func (errorsOnly) Warn(string, ...any) {}

// Error writes one line. What CometBFT calls an error whenever a node is stopped
// is none.
func (e errorsOnly) Error(msg string, keyvals ...any) {
	if strings.HasPrefix(msg, consensusFailure) {
		e.broken()
	}
	if msg != "Stopped accept routine, as transport is closed" {
		e.to.Error(msg, keyvals...)
	}
}

// With returns a logger that adds keyvals to every line.
func (e errorsOnly) With(keyvals ...any) log.Logger {
	return errorsOnly{e.to.With(keyvals...), e.broken}
}
