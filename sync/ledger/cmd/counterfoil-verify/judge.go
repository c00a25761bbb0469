package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

// judge checks bundles by the trust that was given, or by each one's own.
type judge struct {
	halls *belief
	own   map[[sha256.Size]byte]*belief // by their documents: a day's bundles mostly share one
	open  opener
}

// belief is a trust document that was followed.
type belief struct {
	verifier *receipt.Verifier
	words    string // what a person compares
}

func newBelief(raw []byte, whose string) (*belief, error) {
	trust, err := receipt.ParseTrust(raw)
	if err != nil {
		return nil, err
	}
	v, err := trust.Follow()
	if err != nil {
		return nil, err
	}
	mark, err := trust.Fingerprint()
	if err != nil {
		return nil, err
	}
	words := fmt.Sprintf("chain %s, validators sha256 %s (%s)", trust.ChainID, mark, whose)
	if n := len(trust.Links); n > 0 {
		words += fmt.Sprintf(", %d changes of them followed", n)
	}
	return &belief{verifier: v, words: words}, nil
}

func (j *judge) given(file string) error {
	raw, err := readFile(file)
	if err != nil {
		return err
	}
	j.halls, err = newBelief(bytes.TrimSpace(raw), "given") // an editor's last line break is no other document
	return err
}

// believes returns whom to believe about a bundle.
func (j *judge) believes(raw []byte) (*belief, error) {
	if j.halls != nil {
		return j.halls, nil
	}
	m, _, err := bundle.Read(raw)
	if err != nil {
		return nil, err
	}
	key := sha256.Sum256(m.Trust)
	if b := j.own[key]; b != nil {
		return b, nil
	}
	b, err := newBelief(m.Trust, "the bundle's own: compare it with the one that the halls publish")
	if err != nil {
		return nil, err
	}
	if j.own == nil {
		j.own = map[[sha256.Size]byte]*belief{}
	}
	j.own[key] = b
	return b, nil
}

// bundle checks one file and tells it entry by entry.
func (j *judge) bundle(name string, out io.Writer) (int, error) {
	raw, err := readFile(name)
	if err != nil {
		return useless, fmt.Errorf("the bundle can't be read: %w", err)
	}
	if bytes.HasPrefix(raw, []byte("{")) { // a bundle is an archive
		return j.proof(raw, name, out), nil
	}
	standing, err := j.tell(raw, name, out)
	if err != nil {
		fmt.Fprintf(out, "DOES NOT HOLD  %s: %v\n", name, err)
		return doesNot, nil
	}
	ended := ""
	if !standing.State.Ended() {
		ended = "; the case had not ended: ask the ledger what followed"
	}
	fmt.Fprintf(out, "HOLDS  case %s, %s, %d entries%s%s\n", standing.Case, standing.State, standing.Seq, by(standing), ended)
	if err := j.open.write(raw, standing.Case, out); err != nil {
		return useless, fmt.Errorf("its contents can't be written: %w", err)
	}
	return holds, nil
}

// by says that a case stands on paper originals, where it does.
func by(s casework.Standing) string {
	if s.Paper {
		return ", by paper original"
	}
	return ""
}

func (j *judge) tell(raw []byte, name string, out io.Writer) (casework.Standing, error) {
	b, err := j.believes(raw)
	if err != nil {
		return casework.Standing{}, err
	}
	fmt.Fprintf(out, "%s\n%s\n", name, b.words)
	return bundle.CheckWith(b.verifier, raw, func(l bundle.Line) { fmt.Fprintln(out, describe(l)) })
}

// readFile reads no more than a bundle may have, and one byte to see that it
// has more.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, bundle.MaxBytes+1))
}
