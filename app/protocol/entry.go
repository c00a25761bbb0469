package protocol

import (
	"crypto"
	"encoding/hex"
	"time"

	"counterfoil/app/casework"
)

// Version of the entry's encoding.
const Version = 1

// wireEntry is the payload of an entry. Keys are integers, so that a name
// changed in Go never changes a byte on the ledger.
type wireEntry struct {
	Version int      `cbor:"1,keyasint"`
	Chain   string   `cbor:"2,keyasint"`
	Case    []byte   `cbor:"3,keyasint"`
	Seq     int      `cbor:"4,keyasint"`
	Kind    string   `cbor:"5,keyasint"`
	Time    int64    `cbor:"6,keyasint"` // Unix milliseconds
	Hall    string   `cbor:"7,keyasint"`
	Counter string   `cbor:"8,keyasint"`
	Clerk   string   `cbor:"9,keyasint"`
	Prev    []byte   `cbor:"10,keyasint,omitempty"`
	Body    wireBody `cbor:"11,keyasint"`
}

type wireBody struct {
	Item         []byte        `cbor:"1,keyasint,omitempty"`
	Signature    bool          `cbor:"2,keyasint,omitempty"`
	Photo        uint8         `cbor:"3,keyasint,omitempty"` // PhotoRule
	Grant        []byte        `cbor:"4,keyasint,omitempty"`
	Method       string        `cbor:"5,keyasint,omitempty"`
	Licences     []wireLicence `cbor:"6,keyasint,omitempty"`
	Fields       []byte        `cbor:"7,keyasint,omitempty"`
	Picture      []byte        `cbor:"8,keyasint,omitempty"`
	Confirmation []byte        `cbor:"9,keyasint,omitempty"`
	Ink          []byte        `cbor:"10,keyasint,omitempty"`
	PhotoTaken   []byte        `cbor:"11,keyasint,omitempty"`
	Reason       string        `cbor:"12,keyasint,omitempty"`
	Whole        []byte        `cbor:"13,keyasint,omitempty"`
	Acting       []byte        `cbor:"14,keyasint,omitempty"`
	Originals    []byte        `cbor:"15,keyasint,omitempty"`
}

type wireLicence struct {
	Kind     []byte `cbor:"1,keyasint"`
	Original []byte `cbor:"2,keyasint"`
}

// SignEntry checks, encodes and signs e. It returns the bytes to keep and send,
// and their digest.
func SignEntry(signer crypto.Signer, e casework.Entry) ([]byte, casework.Digest, error) {
	if err := e.Check(); err != nil {
		return nil, casework.Digest{}, err
	}
	payload, err := Marshal(entryToWire(e))
	if err != nil {
		return nil, casework.Digest{}, err
	}
	raw, err := Seal(signer, TypeEntry, payload)
	if err != nil {
		return nil, casework.Digest{}, err
	}
	return raw, DigestOf(raw), nil
}

// OpenEntry reads a signed entry without verifying the signature: the caller
// looks the key up by Envelope.Key and calls Verify.
func OpenEntry(raw []byte) (casework.Entry, Envelope, error) {
	env, err := Unseal(raw)
	if err != nil {
		return casework.Entry{}, env, err
	}
	if env.Type != TypeEntry {
		return casework.Entry{}, env, casework.Refuse(casework.Malformed, "not an entry")
	}
	var w wireEntry
	if err := Unmarshal(env.Payload, &w); err != nil {
		return casework.Entry{}, env, err
	}
	if w.Version != Version {
		return casework.Entry{}, env, casework.Refuse(casework.UnsupportedVersion, "the entry is of another version")
	}
	e, err := w.entry()
	if err != nil {
		return casework.Entry{}, env, err
	}
	return e, env, e.Check()
}

func entryToWire(e casework.Entry) wireEntry {
	id, _ := hex.DecodeString(string(e.Case))
	grant, _ := hex.DecodeString(string(e.Body.Grant))
	w := wireEntry{
		Version: Version, Chain: e.Chain, Case: id, Seq: e.Seq, Kind: string(e.Kind), Time: e.Time.UnixMilli(),
		Hall: string(e.Hall), Counter: string(e.Counter), Clerk: string(e.Clerk), Prev: some(e.Prev),
		Body: wireBody{
			Item: some(e.Body.Item), Signature: e.Body.Demands.Signature, Photo: uint8(e.Body.Demands.Photo),
			Grant: grant, Method: string(e.Body.Method), Fields: some(e.Body.Fields), Picture: some(e.Body.Picture),
			Confirmation: some(e.Body.Confirmation), Ink: some(e.Body.Ink), PhotoTaken: some(e.Body.Photo),
			Reason: string(e.Body.Reason), Whole: some(e.Body.Whole), Acting: some(e.Body.Acting), Originals: some(e.Body.Originals),
		},
	}
	for _, l := range e.Body.Licences {
		w.Body.Licences = append(w.Body.Licences, wireLicence{Kind: l.Kind[:], Original: l.Original[:]})
	}
	return w
}

func (w wireEntry) entry() (casework.Entry, error) {
	r := reader{}
	b := w.Body
	e := casework.Entry{
		Chain: w.Chain, Case: casework.CaseID(r.id(w.Case)), Seq: w.Seq, Kind: casework.StepKind(w.Kind),
		Time: time.UnixMilli(w.Time).UTC(), Hall: casework.HallID(w.Hall), Counter: casework.CounterID(w.Counter),
		Clerk: casework.Pseudonym(w.Clerk), Prev: r.thirtyTwo(w.Prev),
		Body: casework.Body{
			Item:    casework.Commitment(r.thirtyTwo(b.Item)),
			Demands: casework.Demands{Signature: b.Signature, Photo: casework.PhotoRule(b.Photo)},
			Grant:   casework.GrantID(r.id(b.Grant)), Method: casework.Method(b.Method),
			Fields: casework.Commitment(r.thirtyTwo(b.Fields)), Picture: casework.Commitment(r.thirtyTwo(b.Picture)),
			Confirmation: r.thirtyTwo(b.Confirmation), Ink: casework.Commitment(r.thirtyTwo(b.Ink)),
			Photo: casework.Commitment(r.thirtyTwo(b.PhotoTaken)), Reason: casework.ReasonCode(b.Reason),
			Whole: r.thirtyTwo(b.Whole), Acting: casework.Commitment(r.thirtyTwo(b.Acting)), Originals: casework.Commitment(r.thirtyTwo(b.Originals)),
		},
	}
	for _, l := range b.Licences {
		e.Body.Licences = append(e.Body.Licences, casework.LicenceCommitment{
			Kind: casework.Commitment(r.thirtyTwo(l.Kind)), Original: casework.Commitment(r.thirtyTwo(l.Original)),
		})
	}
	if r.bad {
		return casework.Entry{}, casework.Refuse(casework.Malformed, "a field has a wrong length")
	}
	return e, nil
}

// some returns the 32 bytes of v, or nil for the zero value, which is left out
// of the encoding.
func some[T ~[32]byte](v T) []byte {
	var zero T
	if v == zero {
		return nil
	}
	b := [32]byte(v)
	return b[:]
}

// reader turns byte strings into fixed values and remembers a wrong length.
type reader struct{ bad bool }

func (r *reader) thirtyTwo(b []byte) casework.Digest {
	if len(b) == 0 {
		return casework.Digest{}
	}
	if len(b) != 32 || casework.Digest(b).IsZero() {
		r.bad = true
		return casework.Digest{}
	}
	return casework.Digest(b)
}

func (r *reader) id(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) != 16 {
		r.bad = true
	}
	return hex.EncodeToString(b)
}
