package chain

import (
	"log/slog"

	"github.com/cometbft/cometbft/libs/log"
)

// errorsOnly is CometBFT's logger over slog: at its own info level it writes
// several lines a block.
type errorsOnly struct{ to *slog.Logger }

func quiet(to *slog.Logger) log.Logger {
	if to == nil {
		return log.NewNopLogger()
	}
	return errorsOnly{to.With("part", "ledger")}
}

// Debug writes nothing.
func (errorsOnly) Debug(string, ...any) {}

// Info writes nothing.
func (errorsOnly) Info(string, ...any) {}

// Warn writes nothing: peers that come and go are no news.
func (errorsOnly) Warn(string, ...any) {}

// Error writes one line. What CometBFT calls an error whenever a node is stopped
// is none.
func (e errorsOnly) Error(msg string, keyvals ...any) {
	if msg != "Stopped accept routine, as transport is closed" {
		e.to.Error(msg, keyvals...)
	}
}

// With returns a logger that adds keyvals to every line.
func (e errorsOnly) With(keyvals ...any) log.Logger { return errorsOnly{e.to.With(keyvals...)} }
