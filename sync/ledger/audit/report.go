package audit

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/proof"
	"counterfoil/sync/ledger/receipt"
)

// Format is the version of the report's own format.
const Format = 1

// MaxReport bounds a report, in bytes: a day of some thousand cases.
const MaxReport = protocol.MaxReport

// Sign returns the report of a day as a COSE_Sign1 over its JSON, signed by
// whoever made it, whose key stands in the report.
func Sign(signer crypto.Signer, d Day) ([]byte, error) {
	var err error
	if d.Auditor, err = protocol.PublicOf(signer); err != nil {
		return nil, err
	}
	d.sort()
	payload, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	raw, err := protocol.Seal(signer, protocol.TypeReport, payload)
	if err == nil && len(raw) > MaxReport {
		err = casework.Refuse(casework.Malformed, "the day has too many cases for one report")
	}
	return raw, err
}

// Read reads a report and verifies its signature by the key that it names
// itself: whose that is, the reader must know (Day.Auditor), or ask Open.
func Read(raw []byte) (Day, error) {
	var d Day
	env, err := protocol.Unseal(raw)
	if err != nil || env.Type != protocol.TypeReport {
		return d, casework.Refuse(casework.Malformed, "this is no report")
	}
	if json.Unmarshal(env.Payload, &d) != nil || d.Format != Format {
		return Day{}, casework.Refuse(casework.UnsupportedVersion, "the report is of another version")
	}
	if err := env.Verify(d.Auditor); err != nil {
		return Day{}, err
	}
	return d, nil
}

// Open reads a report that must be signed by key.
func Open(raw []byte, key protocol.PublicKey) (Day, error) {
	d, err := Read(raw)
	if err == nil && d.Auditor.ID() != key.ID() {
		return Day{}, casework.Refuse(casework.KeyUnknown, "the report is another auditor's")
	}
	return d, err
}

// groundOf returns what a report stands on that begins with this answer.
func groundOf(t receipt.Trust, answer ledger.Answer) (Ground, error) {
	g := Ground{Height: answer.Height, State: hex.EncodeToString(answer.Header.Header.AppHash), Header: answer.Header,
		Record: answer.Value, Proof: answer.Proof, Links: t.Links}
	var err error
	g.Trust, err = t.Fingerprint()
	return g, err
}

// Check verifies what a report stands on, years later and without a node: that
// the trusted validators signed its header, and that in the state of that header
// the counter's day had exactly the report's cases, in their order. The rest, where
// each case stood and what was found, is the signer's word.
func (d Day) Check(trust receipt.Trust) error {
	mark, err := trust.Fingerprint()
	switch {
	case err != nil:
		return err
	case mark != d.Ground.Trust, trust.ChainID != d.Chain:
		return errors.New("the report trusts other validators")
	}
	pinned := trust.Pinned()
	pinned.Links = d.Ground.Links
	v, err := pinned.Follow()
	if err != nil {
		return err
	}
	seen, err := v.Header(d.Ground.Header)
	if err != nil {
		return err
	}
	if seen.Height != d.Ground.Height+1 || hex.EncodeToString(seen.AppHash) != d.Ground.State || !seen.Time.Equal(d.Time) {
		return errors.New("the report's height, time and state are not those of its header")
	}
	if len(d.Ground.Record) == 0 {
		d.Ground.Record = nil
	}
	if err := proof.Verify(seen.AppHash, protocol.CounterDayPath(d.Day, d.Hall, d.Counter), d.Ground.Record, d.Ground.Proof); err != nil {
		return err
	}
	return d.whole()
}

// whole compares the report's cases with the ledger's record of the day.
func (d Day) whole() error {
	var sum protocol.CounterDay
	if d.Ground.Record != nil {
		if err := protocol.Unmarshal(d.Ground.Record, &sum); err != nil {
			return err
		}
	}
	var head []byte
	for _, c := range d.List {
		id, err := hex.DecodeString(string(c.Case))
		if err != nil {
			return casework.Refuse(casework.Malformed, "a case's id is none")
		}
		head = protocol.ChainOf(head, id)
	}
	if sum.Cases != len(d.List) || d.Cases != len(d.List) || !bytes.Equal(head, sum.Head) {
		return errors.New("the report's cases are not all those of the counter's day")
	}
	return nil
}
