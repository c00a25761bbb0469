package bundle

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// Part is one thing that is checked of an entry.
type Part string

// The parts, in the order in which they are checked.
const (
	Form      Part = "form"      // an entry of this version, and of the trusted chain
	Chain     Part = "chain"     // it continues the previous entry, by the rules of a case
	Signature Part = "signature" // by the counter's key
	Content   Part = "content"   // what is there is what the entry commits to
	Receipt   Part = "receipt"   // it was on the ledger
)

// Parts returns every part, in the order in which they are checked.
func Parts() []Part { return []Part{Form, Chain, Signature, Content, Receipt} }

// Line is what was checked of one entry.
type Line struct {
	Seq         int
	Kind        casework.StepKind // empty when the entry can't be read
	Digest      casework.Digest
	Failed      Part      // the first that does not hold; those after it were not checked; empty when all hold
	Time        time.Time // the counter's clock
	Commitments int       // contents that were checked against their commitments
	Destroyed   bool      // the case's content is not in the bundle: nothing to check
	Height      int64     // of the block, once the receipt holds
	OnChain     time.Time // the ledger's time
}

// Check verifies a bundle against the validators that the auditor trusts and tells
// report of each entry. It stops at the first thing that does not hold and
// returns why; report has then been told of that entry as far as it went.
// Standing is where the case ended, or where it stood before the entry that does
// not hold.
//
// Where the trust does not reach, because validators changed since it was written
// down, the bundle's own links are followed from it: they prove themselves. Links
// that don't lead on from the trust help nobody.
func Check(raw []byte, trust receipt.Trust, report func(Line)) (casework.Standing, error) {
	v, err := trust.Follow()
	if err != nil {
		return casework.Standing{}, casework.Refuse(casework.Malformed, "the trust leads nowhere: "+err.Error())
	}
	return CheckWith(v, raw, report)
}

// CheckWith is Check for many bundles: the trust is followed once.
func CheckWith(v *receipt.Verifier, raw []byte, report func(Line)) (casework.Standing, error) {
	m, key, err := Read(raw)
	if err != nil {
		return casework.Standing{}, err
	}
	c := checker{key: key, before: m.Before, chain: v.Trust().ChainID, verifier: v, own: m.Trust, destroyed: m.destroyed()}
	for i := range m.Entries {
		line := Line{Seq: i + 1, Digest: protocol.DigestOf(m.Entries[i])}
		err := c.entry(&line, m.Entries[i], m.Receipts[i], m.Contents[i])
		report(line)
		if err != nil {
			return c.standing, fmt.Errorf("entry %d %s, %s: %w", line.Seq, line.Kind, line.Failed, err)
		}
	}
	return c.standing, nil
}

// destroyed reports whether no step has any content left.
func (m Material) destroyed() bool {
	for _, list := range m.Contents {
		if len(list) > 0 {
			return false
		}
	}
	return true
}

type checker struct {
	key       protocol.PublicKey
	before    []protocol.Handed // the counter's earlier keys
	chain     string
	verifier  *receipt.Verifier
	own       []byte // the bundle's trust document, until its links were needed
	destroyed bool
	standing  casework.Standing
	digests   []casework.Digest
	item      []byte // what the opening commits to
	grant     *casework.Grant
}

func (c *checker) entry(line *Line, raw, proof []byte, contents []casework.Attachment) error {
	line.Failed = Form
	e, env, err := protocol.OpenEntry(raw)
	if err != nil {
		return err
	}
	line.Kind, line.Time = e.Kind, e.Time
	if e.Chain != c.chain {
		return casework.Refuse(casework.WrongChain, "the entry was written for another chain")
	}
	line.Failed = Chain
	next, err := c.next(env.Suite, e, line.Digest)
	if err != nil {
		return err
	}
	line.Failed = Signature
	if err := env.Verify(c.signer(env.Key)); err != nil {
		return err
	}
	line.Failed = Content
	if line.Commitments, line.Destroyed, err = c.commitments(env.Suite, e, contents); err != nil {
		return err
	}
	line.Failed = Receipt
	if err := c.receipt(line, raw, proof); err != nil {
		return err
	}
	line.Failed, c.standing, c.digests = "", next, append(c.digests, line.Digest)
	return nil
}

func (c *checker) next(suite protocol.Suite, e casework.Entry, d casework.Digest) (casework.Standing, error) {
	next, err := c.standing.Next(e, d)
	if err == nil && e.Kind == casework.Submitted && e.Body.Whole != suite.WholeOf(c.digests) {
		err = casework.Refuse(casework.WrongWhole, "the submission is of another case")
	}
	return next, err
}

func (c *checker) receipt(line *Line, raw, proof []byte) error {
	if proof == nil {
		return casework.Refuse(casework.WrongReceipt, "there is none: the entry was not on the ledger when the bundle was made")
	}
	seen, err := c.verifier.Verify(proof, raw)
	if errors.Is(err, receipt.ErrSet) && c.extend() {
		seen, err = c.verifier.Verify(proof, raw)
	}
	if err != nil {
		return casework.Refuse(casework.WrongReceipt, err.Error())
	}
	line.Height, line.OnChain = seen.Height, seen.Time
	return nil
}

// extend follows the bundle's own links, the first time that they are needed, and
// reports whether they lead anywhere. They begin where the counter was enrolled,
// which may be long before the auditor's trust does.
func (c *checker) extend() bool {
	own, err := receipt.ParseTrust(c.own)
	c.own = nil
	if err != nil {
		return false
	}
	first := slices.IndexFunc(own.Links, func(l receipt.Link) bool {
		_, err := c.verifier.Header(l.Sealed)
		return err == nil
	})
	if first < 0 {
		return false
	}
	longer, err := c.verifier.Extend(own.Links[first:]...)
	if err != nil {
		return false
	}
	c.verifier = longer
	return true
}

// signer returns the key that an entry names, if it is one of the counter's: the one
// that signed the bundle, or one of before that signed for it.
func (c *checker) signer(id protocol.KeyID) protocol.PublicKey {
	for _, h := range c.before {
		if h.Key.ID() == id {
			return h.Key
		}
	}
	return c.key
}
