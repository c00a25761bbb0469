package protocol

import (
	"crypto"
	"encoding/hex"
	"time"

	"counterfoil/app/casework"
)

// Subject says what a statement is about.
type Subject string

// The statements: what the authorization service and the hall administrators
// put on the ledger beside the counters' entries.
const (
	GrantRegistered Subject = "grant-registered" // by the authorization service
	GrantRevoked    Subject = "grant-revoked"    // by the authorization service: 解绑
	KeyEnrolled     Subject = "key-enrolled"     // by the hall's administrator
	KeyWithdrawn    Subject = "key-withdrawn"    // by the hall's administrator: for good
	KeySuspended    Subject = "key-suspended"    // by the hall's administrator: until it is resumed
	KeyResumed      Subject = "key-resumed"      // by the hall's administrator
	HallSet         Subject = "hall-set"         // by the hall's own administrator, or by those of more than two thirds of the power
)

// ByHall reports whether the statement is one that only the administrator of the
// hall it names may make.
func (s Statement) ByHall() bool {
	switch s.Subject {
	case KeyEnrolled, KeyWithdrawn, KeySuspended, KeyResumed:
		return true
	}
	return false
}

// Statement is a signed transaction that is no entry of a case. Which fields
// are set depends on the subject.
type Statement struct {
	Version int        `cbor:"1,keyasint"`
	Chain   string     `cbor:"2,keyasint"`
	Subject Subject    `cbor:"3,keyasint"`
	At      int64      `cbor:"4,keyasint"`           // Unix milliseconds, the signer's clock
	Grant   []byte     `cbor:"5,keyasint,omitempty"` // 16 bytes
	Hall    string     `cbor:"6,keyasint,omitempty"`
	Item    []byte     `cbor:"7,keyasint,omitempty"` // commitment under the grant's salt
	Kinds   [][]byte   `cbor:"8,keyasint,omitempty"`
	From    int64      `cbor:"9,keyasint,omitempty"`
	Until   int64      `cbor:"10,keyasint,omitempty"`
	Counter string     `cbor:"11,keyasint,omitempty"`
	Key     *PublicKey `cbor:"12,keyasint,omitempty"` // key-enrolled: the counter's; hall-set: the administrator's
	KeyID   string     `cbor:"13,keyasint,omitempty"` // key-withdrawn, key-suspended, key-resumed

	Validator []byte `cbor:"14,keyasint,omitempty"` // hall-set: the node's Ed25519 key, 32 bytes
	Power     int64  `cbor:"15,keyasint,omitempty"` // hall-set: voting power, at most MaxPower; 0: no validator
	Changes   int    `cbor:"16,keyasint,omitempty"` // hall-set: HallState.Changes that it builds on; 0 for a hall that joins
	Node      []byte `cbor:"17,keyasint,omitempty"` // hall-set: id of the node towards other nodes, 20 bytes
}

// MaxPower bounds the voting power of one hall. Powers are compared, not spent;
// the bound only keeps sums far from any overflow.
const MaxPower = 1000

// RegisterGrant returns the statement that registers g on chain, with the
// commitments of the suite of the one counter that it was given to: the chain
// compares them with those in that counter's entries.
func RegisterGrant(chain string, suite Suite, g casework.Grant, at time.Time) Statement {
	id, _ := hex.DecodeString(string(g.ID))
	s := Statement{Version: Version, Chain: chain, Subject: GrantRegistered, At: at.UnixMilli(), Grant: id,
		Hall: string(g.Hall), Item: some(suite.CommitItem(g.Salt, g.Item)), From: g.From.UnixMilli(), Until: g.Until.UnixMilli()}
	for _, n := range g.Needs {
		s.Kinds = append(s.Kinds, some(suite.CommitKind(g.Salt, n.Kind)))
	}
	return s
}

// RevokeGrant returns the statement that revokes a grant (解绑).
func RevokeGrant(chain string, id casework.GrantID, at time.Time) Statement {
	raw, _ := hex.DecodeString(string(id))
	return Statement{Version: Version, Chain: chain, Subject: GrantRevoked, At: at.UnixMilli(), Grant: raw}
}

// EnrolKey returns the statement that lets key write entries for a counter.
func EnrolKey(chain string, hall casework.HallID, counter casework.CounterID, key PublicKey, at time.Time) Statement {
	return Statement{Version: Version, Chain: chain, Subject: KeyEnrolled, At: at.UnixMilli(), Hall: string(hall), Counter: string(counter), Key: &key}
}

// WithdrawKey returns the statement that ends a counter's key.
func WithdrawKey(chain string, hall casework.HallID, id KeyID, at time.Time) Statement {
	return Statement{Version: Version, Chain: chain, Subject: KeyWithdrawn, At: at.UnixMilli(), Hall: string(hall), KeyID: string(id)}
}

// SuspendKey returns the statement that stops a counter's key for a time.
func SuspendKey(chain string, hall casework.HallID, id KeyID, at time.Time) Statement {
	return Statement{Version: Version, Chain: chain, Subject: KeySuspended, At: at.UnixMilli(), Hall: string(hall), KeyID: string(id)}
}

// ResumeKey returns the statement that lets a suspended key go on.
func ResumeKey(chain string, hall casework.HallID, id KeyID, at time.Time) Statement {
	return Statement{Version: Version, Chain: chain, Subject: KeyResumed, At: at.UnixMilli(), Hall: string(hall), KeyID: string(id)}
}

// SetHall returns the statement that gives a hall its administrator, its
// validator and its voting power. changes is HallState.Changes as it stands; 0
// for a hall that joins. A hall's own administrator may hand over the office,
// change the validator's key, or leave (power 0); anything else takes effect
// when the administrators of halls with more than two thirds of the voting power
// have said it, all in the same words but for the time.
func SetHall(chain string, hall casework.HallID, to HallState, changes int, at time.Time) Statement {
	return Statement{Version: Version, Chain: chain, Subject: HallSet, At: at.UnixMilli(), Hall: string(hall), Key: &to.Admin,
		Validator: to.Validator, Power: to.Power, Node: to.Node, Changes: changes}
}

// SignStatement encodes and signs s.
func SignStatement(signer crypto.Signer, s Statement) ([]byte, casework.Digest, error) {
	payload, err := Marshal(s)
	if err != nil {
		return nil, casework.Digest{}, err
	}
	raw, err := Seal(signer, TypeStatement, payload)
	return raw, DigestOf(raw), err
}

// OpenStatement reads a signed statement without verifying the signature.
func OpenStatement(raw []byte) (Statement, Envelope, error) {
	var s Statement
	env, err := Unseal(raw)
	if err != nil {
		return s, env, err
	}
	if env.Type != TypeStatement {
		return s, env, casework.Refuse(casework.Malformed, "not a statement")
	}
	if err := Unmarshal(env.Payload, &s); err != nil {
		return s, env, err
	}
	if s.Version != Version {
		return s, env, casework.Refuse(casework.UnsupportedVersion, "the statement is of another version")
	}
	return s, env, s.Check()
}

// Check refuses a statement whose fields do not fit its subject.
func (s Statement) Check() error {
	ok := s.Chain != "" && s.At > 0
	switch s.Subject {
	case GrantRegistered:
		ok = ok && len(s.Grant) == 16 && s.Hall != "" && len(s.Item) == 32 && s.From < s.Until && len(s.Kinds) > 0 && len(s.Kinds) <= 16
		for _, k := range s.Kinds {
			ok = ok && len(k) == 32
		}
	case GrantRevoked:
		ok = ok && len(s.Grant) == 16
	case KeyEnrolled:
		ok = ok && named(s.Hall) && named(s.Counter) && s.Key != nil && s.Key.CheckCounter() == nil
	case KeyWithdrawn, KeySuspended, KeyResumed:
		ok = ok && s.Hall != "" && len(s.KeyID) == 32
	case HallSet:
		ok = ok && named(s.Hall) && s.Key != nil && s.Key.Check() == nil && len(s.Key.Connection) == 0 && s.Power >= 0 && s.Power <= MaxPower && s.Changes >= 0 &&
			(len(s.Validator) == 32 || len(s.Validator) == 0 && s.Power == 0) && (len(s.Node) == 20 || len(s.Node) == 0)
	default:
		ok = false
	}
	if !ok {
		return casework.Refuse(casework.Malformed, "the statement's fields do not fit its subject")
	}
	return nil
}

// named reports whether s can be a part of a path: letters, digits, hyphens and
// underscores, at most 64.
func named(s string) bool {
	for _, r := range s {
		if !('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r == '-' || r == '_') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// Registered returns the grant that a grant-registered statement describes.
func (s Statement) Registered() casework.RegisteredGrant {
	g := casework.RegisteredGrant{ID: s.GrantID(), Hall: casework.HallID(s.Hall), Item: casework.Commitment(s.Item),
		From: time.UnixMilli(s.From).UTC(), Until: time.UnixMilli(s.Until).UTC()}
	for _, k := range s.Kinds {
		g.Kinds = append(g.Kinds, casework.Commitment(k))
	}
	return g
}

// GrantID returns the id of the grant that the statement is about.
func (s Statement) GrantID() casework.GrantID { return casework.GrantID(hex.EncodeToString(s.Grant)) }
