package main

import (
	"fmt"
	"io"
	"time"

	"counterfoil/app/protocol"
)

// proof checks what a citizen has downloaded from the phone's page: one entry, or
// one statement, with its receipt.
func (j *judge) proof(raw []byte, name string, out io.Writer) int {
	fails := func(err error) int {
		fmt.Fprintf(out, "DOES NOT HOLD  %s: %v\n", name, err)
		return doesNot
	}
	p, err := protocol.ReadProof(raw)
	if err != nil {
		return fails(err)
	}
	b := j.halls
	if b == nil {
		if b, err = newBelief(p.Trust, "the proof's own: compare it with the one that the halls publish"); err != nil {
			return fails(err)
		}
	}
	fmt.Fprintf(out, "%s\n%s\n", name, b.words)
	v, err := b.verifier.Verify(p.Receipt, p.Entry)
	if err != nil {
		return fails(err)
	}
	said, err := saying(p.Entry)
	if err != nil {
		return fails(err)
	}
	fmt.Fprintf(out, "HOLDS  %s; height %d  %s  digest %s\n  that its signing key was enrolled only the ledger's state says\n", said, v.Height, v.Time.Format(time.RFC3339Nano), protocol.DigestOf(p.Entry))
	return holds
}

// saying puts what was signed into a line.
func saying(raw []byte) (string, error) {
	e, env, err := protocol.OpenEntry(raw)
	if env.Type != protocol.TypeStatement {
		return fmt.Sprintf("case %s, entry %d %s, hall %s counter %s at %s, key %s", e.Case, e.Seq, e.Kind, e.Hall, e.Counter, e.Time.Format(time.RFC3339Nano), env.Key), err
	}
	s, env, err := protocol.OpenStatement(raw)
	return fmt.Sprintf("statement %s at %s, key %s", s.Subject, time.UnixMilli(s.At).UTC().Format(time.RFC3339Nano), env.Key), err
}
