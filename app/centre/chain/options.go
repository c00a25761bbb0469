package chain

import (
	"errors"
	"log/slog"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Options say which ledger a node keeps, and where.
type Options struct {
	Home      string                                 // folder of the node's own; made when missing
	Chain     string                                 // chain id, at most 50 bytes; practice has one of its own
	Authority protocol.PublicKey                     // of the authorization service
	Admins    map[casework.HallID]protocol.PublicKey // of each hall's administrator
	RPC       string                                 // listen address; port 0 takes a free one. No authentication: loopback, or TLS in front
	Log       *slog.Logger                           // nil: quiet; else the node's errors
	Now       func() time.Time                       // nil: time.Now; the clock of the rule about times ahead
}

// maxChain is CometBFT's own limit of a chain id.
const maxChain = 50

func (o Options) check() error {
	switch {
	case o.Home == "":
		return errors.New("chain: no home folder")
	case o.Chain == "" || len(o.Chain) > maxChain:
		return errors.New("chain: the chain id is empty or longer than 50 bytes")
	case o.RPC == "":
		return errors.New("chain: no listen address")
	}
	return o.genesis().check()
}

func (o Options) genesis() genesis { return genesis{Authority: o.Authority, Admins: o.Admins} }

func (o Options) clock() func() time.Time {
	if o.Now != nil {
		return o.Now
	}
	return time.Now
}
