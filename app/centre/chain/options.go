package chain

import (
	"errors"
	"log/slog"
	"time"

	cmttime "github.com/cometbft/cometbft/types/time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Options say which ledger a node keeps, with whom, and where.
type Options struct {
	Home string // folder of the node's own; made when missing
	RPC  string // listen address; port 0 takes a free one. No authentication: loopback, or TLS in front

	// Genesis is the genesis document of a ledger of several halls; the node's keys
	// are then made before, by MakeKeys. Nil: a ledger of this node alone, founded
	// on the first start by Chain, Authority and Admins; the validator counts as
	// the first hall's.
	Genesis   []byte
	Chain     string                                 // chain id, at most 50 bytes; practice has one of its own
	Authority protocol.PublicKey                     // of the authorization service
	Admins    map[casework.HallID]protocol.PublicKey // of each hall's administrator

	P2P      string   // listen address for the other halls' nodes; empty: loopback, a free port
	External string   // host:port by which the others reach P2P; empty: P2P itself
	Peers    []string // "id@host:port" of the other halls' nodes
	Loopback bool     // several nodes on one machine: one address may come more than once

	Keep     int64 // how many of the newest blocks are kept; 0: all. Receipts of older entries can't be had here
	Snapshot int64 // a snapshot of the state every so many blocks; 0: none
	Join     *Join // a new node begins with a snapshot of others; nil: it replays from the first block

	Log *slog.Logger     // nil: quiet; else the node's errors
	Now func() time.Time // nil: the clock by which CometBFT votes; of the rule about times ahead
}

// Join says whom a new node asks for a snapshot, and the header that its
// administrator trusts: taken from a neighbour's status over another way.
type Join struct {
	RPC    []string // of two nodes or more, for example http://10.0.0.2:26657
	Height int64
	Hash   []byte // 32 bytes
}

// maxChain is CometBFT's own limit of a chain id.
const maxChain = 50

func (o Options) check() error {
	switch {
	case o.Home == "":
		return errors.New("chain: no home folder")
	case o.RPC == "":
		return errors.New("chain: no listen address")
	case o.Keep < 0 || o.Snapshot < 0:
		return errors.New("chain: blocks kept and between snapshots are counted from 0")
	case o.Join != nil && (len(o.Join.RPC) < 2 || o.Join.Height < 1 || len(o.Join.Hash) != 32):
		return errors.New("chain: joining by a snapshot takes two nodes, a height and the 32 bytes of its header's hash")
	case o.Genesis != nil:
		_, err := ReadFounding(o.Genesis)
		return err
	case o.Chain == "" || len(o.Chain) > maxChain:
		return errors.New("chain: the chain id is empty or longer than 50 bytes")
	case len(o.Admins) == 0:
		return errors.New("chain: no hall has an administrator")
	}
	return nil
}

// single returns the founding of a ledger that this node keeps alone.
func (o Options) single(k Keys, at time.Time) Founding {
	f := Founding{Chain: o.Chain, Time: at, Authority: o.Authority}
	var first casework.HallID
	for hall := range o.Admins {
		if first == "" || hall < first {
			first = hall
		}
	}
	for hall, admin := range o.Admins {
		h := FoundingHall{Hall: hall, Admin: admin}
		if hall == first {
			h.Validator, h.Power, h.Node = k.Validator, alone, k.id()
		}
		f.Halls = append(f.Halls, h)
	}
	return f
}

// alone is the power of a ledger's only validator; any would do.
const alone = 10

// log returns where to write, or what writes nothing.
func (o Options) log() *slog.Logger {
	if o.Log != nil {
		return o.Log
	}
	return slog.New(slog.DiscardHandler)
}

func (o Options) clock() func() time.Time {
	if o.Now != nil {
		return o.Now
	}
	return cmttime.Now
}
