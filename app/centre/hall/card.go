package hall

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
)

// Card is what a hall tells the others of itself.
type Card struct {
	Hall      casework.HallID    `json:"hall"`
	Admin     protocol.PublicKey `json:"admin"`     // of the administrator, who signs the card
	Validator []byte             `json:"validator"` // the node's Ed25519 key, 32 bytes
	Node      string             `json:"node"`      // id of the node towards the others, 40 hex digits
	Address   string             `json:"address"`   // host:port by which the others reach it
	Power     int64              `json:"power"`     // voting power that the hall asks for
}

// Authority is what the authorization service tells the halls of itself.
type Authority struct {
	Key protocol.PublicKey `json:"key"` // under which grants are put on the ledger; signs the card
}

// The content types of a card's signed half.
const (
	typeCard      protocol.Type = "application/vnd.counterfoil.hall-card.v1+json"
	typeAuthority protocol.Type = "application/vnd.counterfoil.authority-card.v1+json"
)

// document is a card's file: for people what is said, and for programs the same
// words signed. There is one way to write it, so that no byte can be changed
// unseen.
type document[T any] struct {
	Card   T      `json:"card"`
	Signed []byte `json:"signed"` // COSE_Sign1 whose payload is the card as compact JSON
}

func seal[T any](signer crypto.Signer, typ protocol.Type, card T) ([]byte, error) {
	payload, err := json.Marshal(card)
	if err != nil {
		return nil, err
	}
	signed, err := protocol.Seal(signer, typ, payload)
	if err != nil {
		return nil, err
	}
	return write(document[T]{card, signed})
}

func write[T any](d document[T]) ([]byte, error) {
	raw, err := json.MarshalIndent(d, "", "  ")
	return append(raw, '\n'), err
}

func open[T any](raw []byte, typ protocol.Type, key func(T) protocol.PublicKey) (T, error) {
	bad := func(why string) (T, error) {
		var none T
		return none, casework.Refuse(casework.BadSignature, why)
	}
	var d document[T]
	if len(raw) > protocol.MaxBytes || json.Unmarshal(raw, &d) != nil {
		return bad("not a card, or a damaged one")
	}
	env, err := protocol.Unseal(d.Signed)
	if err != nil || env.Type != typ {
		return bad("a card without a signature of its own kind, or a damaged one")
	}
	if err := key(d.Card).Check(); err != nil {
		return bad("the card's key is none")
	}
	if err := env.Verify(key(d.Card)); err != nil {
		return bad("the card was altered: its signature does not hold")
	}
	payload, err := json.Marshal(d.Card)
	if err != nil || !bytes.Equal(payload, env.Payload) {
		return bad("the card was altered: it does not say what was signed")
	}
	if again, err := write(d); err != nil || !bytes.Equal(bytes.TrimSpace(again), bytes.TrimSpace(raw)) {
		return bad("the card was altered: something stands in it beside what was signed")
	}
	return d.Card, nil
}

// Sign returns the card's file. The signer is the administrator that it names.
func (c Card) Sign(signer crypto.Signer) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return seal(signer, typeCard, c)
}

// ReadCard reads a hall's card and refuses one that was altered.
func ReadCard(raw []byte) (Card, error) {
	c, err := open(raw, typeCard, func(c Card) protocol.PublicKey { return c.Admin })
	if err != nil {
		return Card{}, err
	}
	return c, c.check()
}

// Sign returns the card's file. The signer is the service that it names.
func (a Authority) Sign(signer crypto.Signer) ([]byte, error) { return seal(signer, typeAuthority, a) }

// ReadAuthority reads the authorization service's card and refuses one that was
// altered.
func ReadAuthority(raw []byte) (Authority, error) {
	return open(raw, typeAuthority, func(a Authority) protocol.PublicKey { return a.Key })
}

func (c Card) check() error {
	if c.Power < 1 || c.Power > protocol.MaxPower || len(c.Validator) != 32 || !word.MatchString(string(c.Hall)) || !peer(c.peer()) {
		return casework.Refuse(casework.Malformed, fmt.Sprintf("the card of the hall %q lacks something, or its power is not between 1 and %d", c.Hall, protocol.MaxPower))
	}
	return nil
}

func (c Card) peer() string { return c.Node + "@" + c.Address }

// State returns the record that the ledger keeps of the hall once it is let in.
func (c Card) State() protocol.HallState {
	node, _ := hex.DecodeString(c.Node) // checked when the card was read
	return protocol.HallState{Admin: c.Admin, Validator: c.Validator, Power: c.Power, Node: node}
}

func (c Card) founding() chain.FoundingHall {
	s := c.State()
	return chain.FoundingHall{Hall: c.Hall, Admin: s.Admin, Validator: s.Validator, Power: s.Power, Node: s.Node}
}
