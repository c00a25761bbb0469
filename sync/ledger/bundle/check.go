package bundle

import (
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// Line is what was checked of one entry, in the order of the checks. Failed is
// the first that did not hold; the checks after it were not made.
type Line struct {
	Seq         int
	Kind        casework.StepKind
	Digest      casework.Digest
	Time        time.Time // the counter's clock
	Chain       bool      // continues the previous entry, by the rules of a case
	Signature   bool      // by the counter's key
	Commitments int       // contents that were checked against their commitments
	Destroyed   bool      // the content is not in the bundle: nothing to check
	Receipt     bool
	Height      int64
	OnChain     time.Time // the ledger's time
}

// Check verifies a bundle against the validator set that the auditor trusts and
// tells report of each entry. It stops at the first thing that does not hold
// and returns why; report has then been told of that entry as far as it went.
// Standing is where the case ended.
func Check(raw []byte, trust receipt.Trust, report func(Line)) (casework.Standing, error) {
	m, key, err := Read(raw)
	if err != nil {
		return casework.Standing{}, err
	}
	c := checker{key: key, trust: trust}
	for i := range m.Entries {
		line, err := c.entry(m.Entries[i], m.Receipts[i], m.Contents[i])
		report(line)
		if err != nil {
			return c.standing, err
		}
	}
	return c.standing, nil
}

type checker struct {
	key      protocol.PublicKey
	trust    receipt.Trust
	standing casework.Standing
	digests  []casework.Digest
	grant    *casework.Grant
}

func (c *checker) entry(raw, proof []byte, contents []casework.Attachment) (Line, error) {
	e, env, err := protocol.OpenEntry(raw)
	line := Line{Seq: e.Seq, Kind: e.Kind, Time: e.Time, Digest: protocol.DigestOf(raw)}
	if err != nil {
		return line, err
	}
	if c.standing, err = c.standing.Next(e, line.Digest); err != nil {
		return line, err
	}
	if e.Kind == casework.Submitted && e.Body.Whole != protocol.WholeOf(c.digests) {
		return line, casework.Refuse(casework.WrongWhole, "the submission is of another case")
	}
	c.digests = append(c.digests, line.Digest)
	line.Chain = true
	if err := env.Verify(c.key); err != nil {
		return line, err
	}
	line.Signature = true
	if line.Commitments, line.Destroyed, err = c.commitments(e, contents); err != nil {
		return line, err
	}
	if proof == nil {
		return line, casework.Refuse(casework.WrongReceipt, "the entry has no receipt: it was not on the ledger when the bundle was made")
	}
	seen, err := c.trust.Verify(proof, raw)
	if err != nil {
		return line, casework.Refuse(casework.WrongReceipt, err.Error())
	}
	line.Receipt, line.Height, line.OnChain = true, seen.Height, seen.Time
	return line, nil
}
