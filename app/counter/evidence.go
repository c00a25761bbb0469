package counter

import (
	"context"
	"crypto/ecdh"
	"crypto/hpke"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// sendEvidence gives the centre a sealed copy of every case that has ended and
// is wholly on the ledger, so that a lost counter loses no evidence. It is
// sealed (HPKE, RFC 9180; in suite 2 protocol.SealFor) to the evidence key that the
// centre names (its answers are authenticated by its pinned key): this counter
// can't open the copy again. A copy that can't be sent now is
// sent later; the journal remembers which were.
func (c *Counter) sendEvidence(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-c.greeted:
	}
	seal, err := c.sealer()
	if seal == nil {
		return err // or a centre that keeps no evidence
	}
	changed := c.Journal.Changed(ctx)
	for ctx.Err() == nil {
		if err := c.sendWaiting(ctx, seal); err != nil {
			wait(ctx, c.options.Pace.Evidence)
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
	return nil
}

func (c *Counter) sendWaiting(ctx context.Context, seal sealer) error {
	waiting, err := c.Journal.EvidenceDue(ctx)
	if err != nil {
		return err
	}
	var failed error // of one case: the others are sent all the same
	for _, id := range waiting {
		if err := c.sendCopy(ctx, id, seal); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			c.options.Log.Warn("the evidence of a case could not be sent", "case", id, "reason", casework.KindOf(err))
			failed = err
		}
	}
	return failed
}

func (c *Counter) sendCopy(ctx context.Context, id casework.CaseID, seal sealer) error {
	raw, err := c.Bundle(ctx, id)
	if err != nil {
		return err
	}
	sealed, err := seal(raw)
	if err != nil {
		return err
	}
	if err := c.authority.PutEvidence(ctx, id, "bundle", sealed); err != nil {
		return err
	}
	return c.Journal.EvidenceSent(ctx, id)
}

// sealer makes the sealed copy of a bundle.
type sealer func(bundle []byte) ([]byte, error)

// sealer returns how copies are sealed for the centre in this counter's suite; nil
// where it names no key for that.
func (c *Counter) sealer() (sealer, error) {
	named, garbled := c.about.Evidence, casework.Refuse(casework.CentreGarbled, "the evidence key can't be read")
	if c.options.Identity.Suite() == protocol.Suite2 {
		if named = c.about.EvidenceSM2; len(named) == 0 {
			return nil, nil
		}
		key, err := protocol.KeyOf(named)
		if err != nil || key.Suite != protocol.Suite2 {
			return nil, garbled
		}
		return func(bundle []byte) ([]byte, error) { return protocol.SealFor(key, EvidenceInfo, bundle) }, nil
	}
	if len(named) == 0 {
		return nil, nil
	}
	key, err := evidenceKEM().NewPublicKey(named)
	if err != nil {
		return nil, garbled
	}
	return func(bundle []byte) ([]byte, error) {
		return hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(EvidenceInfo), bundle)
	}, nil
}

// EvidenceInfo is the info string (RFC 9180 §5.1) that a sealed copy is bound
// to: what an auditor opens it with, beside the evidence key (DHKEM X25519,
// HKDF-SHA256, AES-256-GCM; in suite 2 protocol.OpenFor).
const EvidenceInfo = "counterfoil evidence v1"

func evidenceKEM() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }
