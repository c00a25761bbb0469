package chain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Founding is what the halls agree on before the first block of their ledger.
type Founding struct {
	Chain     string             // chain id, at most 50 bytes
	Time      time.Time          // from which the ledger begins; whole seconds
	Authority protocol.PublicKey // of the authorization service: registers and revokes grants
	Halls     []FoundingHall
}

// FoundingHall is a hall of the first hour.
type FoundingHall struct {
	Hall      casework.HallID    `json:"hall"`
	Admin     protocol.PublicKey `json:"admin"`     // enrols and withdraws the hall's counters' keys
	Validator []byte             `json:"validator"` // Ed25519, 32 bytes; nil: the hall keeps none
	Power     int64              `json:"power"`
	Node      []byte             `json:"node"` // id of its node towards the others, 20 bytes
}

// genesis is the application's part of the genesis document.
type genesis struct {
	Authority protocol.PublicKey `json:"authority"`
	Halls     []FoundingHall     `json:"halls"`
}

// maxBlock bounds a block's transactions, in bytes: a few thousand entries. A
// reader fetches a whole block to find its entries' paths.
const maxBlock = 1 << 20

// Genesis returns the genesis document. The same founding gives the same bytes
// on every hall's machine, whatever the order of its halls: its digest can be
// compared by telephone.
func (f Founding) Genesis() ([]byte, error) {
	g := genesis{Authority: f.Authority, Halls: slices.Clone(f.Halls)}
	slices.SortFunc(g.Halls, func(a, b FoundingHall) int { return strings.Compare(string(a.Hall), string(b.Hall)) })
	if err := g.check(); err != nil {
		return nil, err
	}
	state, err := json.Marshal(g)
	if err != nil {
		return nil, err
	}
	doc := types.GenesisDoc{ChainID: f.Chain, GenesisTime: f.Time.UTC().Truncate(time.Second), ConsensusParams: types.DefaultConsensusParams(), AppState: state}
	doc.ConsensusParams.Block.MaxBytes = maxBlock
	for _, h := range g.Halls {
		if h.Power > 0 {
			key := ed25519.PubKey(h.Validator)
			doc.Validators = append(doc.Validators, types.GenesisValidator{Address: key.Address(), PubKey: key, Power: h.Power, Name: string(h.Hall)})
		}
	}
	if err := doc.ValidateAndComplete(); err != nil {
		return nil, fmt.Errorf("chain: the founding: %w", err)
	}
	return cmtjson.MarshalIndent(doc, "", "  ")
}

// ReadFounding reads a genesis document, and refuses any that Genesis does not
// make: what stands in it beside the founding would count without being seen. The
// founding is all that is read; CometBFT's own reader panics at a key of another size.
func ReadFounding(raw []byte) (Founding, error) {
	var doc struct {
		Chain string          `json:"chain_id"`
		Time  time.Time       `json:"genesis_time"`
		State json.RawMessage `json:"app_state"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return Founding{}, fmt.Errorf("chain: the genesis document is damaged: %w", err)
	}
	g, err := readGenesis(doc.State)
	if err != nil {
		return Founding{}, err
	}
	f := Founding{Chain: doc.Chain, Time: doc.Time, Authority: g.Authority, Halls: g.Halls}
	again, err := f.Genesis()
	if err != nil {
		return Founding{}, err
	}
	if !bytes.Equal(bytes.TrimSpace(raw), again) {
		return Founding{}, errors.New("chain: the genesis document says something beside its founding")
	}
	return f, nil
}

func readGenesis(state []byte) (genesis, error) {
	var g genesis
	d := json.NewDecoder(bytes.NewReader(state))
	d.DisallowUnknownFields()
	if err := d.Decode(&g); err != nil {
		return g, errors.New("chain: the genesis document is not of this application")
	}
	return g, g.check()
}

func (g genesis) check() error {
	if err := g.Authority.Check(); err != nil {
		return err
	}
	seen, power := map[string]bool{string(g.Authority.Bytes): true}, int64(0)
	for _, h := range g.Halls {
		to := protocol.HallState{Admin: h.Admin, Validator: h.Validator, Power: h.Power, Node: h.Node}
		if err := protocol.SetHall("-", h.Hall, to, 0, time.UnixMilli(1)).Check(); err != nil {
			return fmt.Errorf("chain: the hall %q: %w", h.Hall, err)
		}
		for _, mark := range []string{"hall " + string(h.Hall), string(h.Admin.Bytes), "v" + string(h.Validator), "n" + string(h.Node)} {
			if seen[mark] && len(mark) > 1 {
				return fmt.Errorf("chain: the hall %q: its name or a key of it stands there twice", h.Hall)
			}
			seen[mark] = true
		}
		power += h.Power
	}
	if power == 0 {
		return errors.New("chain: no hall keeps a validator")
	}
	return nil
}

// begin writes the first state.
func (g genesis) begin(l *layer) error {
	names := []string{}
	errs := []error{l.save(protocol.LedgerAuthority, g.Authority), l.save(protocol.LedgerSets, []int64{})}
	for _, h := range g.Halls {
		names = append(names, string(h.Hall))
		record := protocol.HallState{Admin: h.Admin, Validator: h.Validator, Power: h.Power, Node: h.Node, Changes: 1}
		errs = append(errs, l.save(protocol.LedgerHall+string(h.Hall), record), claim(l, record, string(h.Hall)))
	}
	return errors.Join(append(errs, l.save(protocol.LedgerHalls, names))...)
}
